"""Takes one synthesized assembly through the environments: workflows, bootstrap policy, OIDC roles and gates.

Everything here reads environment files, `promotion/pipeline.yaml` and the assembly. The stacks that it has itself are a
small app of their own (`promotion/app.py`): an administrator deploys them, and what they set up must not be able to
change them.
"""
