"""The stacks that a promotion stands on: roles for GitHub, and the pipeline for teams in CodePipeline."""
