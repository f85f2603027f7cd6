"""Whether an account and its Regions are ready for an environment: asked before a deployment, changing nothing."""
