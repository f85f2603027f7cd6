"""Environments that pull requests get for a while."""
