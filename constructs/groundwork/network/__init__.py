"""The network of an environment: a new VPC or an existing one, its endpoints, flow logs and security groups."""
