"""The GitHub Actions workflows, and the shell of their steps."""
