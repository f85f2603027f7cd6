"""The subnets of an environment by role, whoever made them."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2


@dataclass(frozen=True, kw_only=True)
class PlatformSubnets:
    """Subnets by role, each list in the order of the zones."""

    private: tuple[ec2.ISubnet, ...]
    """For services."""
    data: tuple[ec2.ISubnet, ...]
    """For databases and caches: no route out of the VPC where the environment made them."""
    public: tuple[ec2.ISubnet, ...]
    """For NAT gateways and internet-facing load balancers; empty without internet."""
    cluster: tuple[ec2.ISubnet, ...]
    """For cluster nodes and their pods; empty where none are planned."""

    @property
    def with_gateway_endpoint(self) -> Sequence[ec2.ISubnet]:
        """The subnets whose traffic to S3 stays inside AWS's network."""
        return (*self.private, *self.data, *self.cluster)
