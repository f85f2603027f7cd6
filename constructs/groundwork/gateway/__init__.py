"""The multi-provider gateway: LiteLLM on Fargate, its data stores, and the ways in."""
