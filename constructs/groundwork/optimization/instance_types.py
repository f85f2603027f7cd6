"""The instance types that an EAGLE job can optimize for.

Source: the enumeration `OptimizationJobDeploymentInstanceType` of botocore 1.44.5, less the types without an NVIDIA GPU
(inf2, trn1, trn1n); a test compares this table with it. Which sizes hold which model is not documented: the job itself
says so, before it is billed for training.
"""

_SIZES = {
    "p4d": "24xlarge",
    "p4de": "24xlarge",
    "p5": "48xlarge",
    "p5e": "48xlarge",
    "p5en": "48xlarge",
    "p6-b200": "48xlarge",
    "g4dn": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
    "g5": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "g6": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "g6e": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
    "g7": "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge",
    "g7e": "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge",
}
OPTIMIZATION_TYPES = frozenset(f"ml.{family}.{size}" for family, sizes in _SIZES.items() for size in sizes.split())
