"""A SageMaker HyperPod cluster on Amazon EKS: nodes, access, storage and the fabric between nodes."""
