"""A VPC that somebody else owns, seen by the roles of its subnets."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from groundwork.network.settings import ExistingSubnet, ExistingVpc
from groundwork.network.subnets import PlatformSubnets


class ImportedVpc(Construct):
    """References to an existing VPC and its subnets; creates nothing."""

    vpc: ec2.IVpc
    subnets: PlatformSubnets

    def __init__(self, scope: Construct, construct_id: str, *, settings: ExistingVpc) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id=settings.id,
            vpc_cidr_block=str(settings.cidrs[0]),
            availability_zones=[subnet.zone for subnet in settings.private],
            private_subnet_ids=[subnet.id for subnet in settings.private],
            private_subnet_route_table_ids=[subnet.route_table for subnet in settings.private],
        )
        self.subnets = PlatformSubnets(
            private=tuple(self.vpc.private_subnets),
            data=self._import("Data", settings.data) if settings.data else tuple(self.vpc.private_subnets),
            public=self._import("Public", settings.public),
            cluster=self._import("Cluster", settings.cluster),
        )

    def _import(self, role: str, subnets: Sequence[ExistingSubnet]) -> tuple[ec2.ISubnet, ...]:
        return tuple(
            ec2.Subnet.from_subnet_attributes(
                self,
                f"{role}Subnet{index + 1}",
                subnet_id=subnet.id,
                availability_zone=subnet.zone,
                route_table_id=subnet.route_table,
            )
            for index, subnet in enumerate(subnets)
        )
