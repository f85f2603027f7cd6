"""Building blocks of a generative-AI platform on AWS, one folder per capability.

Each folder holds the typed section of the environment file that configures it (`settings.py`) and one
construct per file. Import what you need: `from groundwork.network.vpc import PlatformVpc`.
"""
