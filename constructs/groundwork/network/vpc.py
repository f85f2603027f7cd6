"""A VPC of the environment's own."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.network.settings import MAX_ZONES, NewVpc
from groundwork.network.subnets import PlatformSubnets
from groundwork.provider_logs import own_provider_logs


class PlatformVpc(Construct):
    """Private, data and - with internet - public subnets in each zone, and cluster subnets on secondary ranges.

    Address space is laid out for four zones and in this order of roles, so that adding a zone, a NAT gateway, public
    subnets or a cluster range later moves no subnet that exists.
    """

    vpc: ec2.Vpc
    subnets: PlatformSubnets
    nat_gateway_ids: list[str]
    """In the order of the zones; empty, one, or one per zone."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: NewVpc, internet: bool, operations_key: kms.IKey
    ) -> None:
        """
        Args:
            settings: address ranges, zones and NAT.
            internet: whether the VPC has an internet gateway.
            operations_key: encrypts the log of the function that closes the default security group.
        """
        super().__init__(scope, construct_id)
        self._settings = settings
        self._nat = ec2.NatProvider.gateway()
        self.vpc = self._create_vpc(internet)
        self.nat_gateway_ids = [gateway.gateway_id for gateway in self._nat_gateways()]
        self.subnets = PlatformSubnets(
            private=self._group("Private"),
            data=self._group("Data"),
            public=self._group("Public") if internet else (),
            cluster=self._create_cluster_subnets(),
        )
        self._place_by_zone_id()
        own_provider_logs(self, resource_type="Custom::VpcRestrictDefaultSG", key=operations_key)
        _acknowledge_internet_routes(self.subnets.public)

    def _create_vpc(self, internet: bool) -> ec2.Vpc:
        settings, size = self._settings, self._settings.cidr.prefixlen
        nat_gateways = {"none": 0, "one": 1, "one-per-zone": settings.zone_count}[settings.nat]
        private = ec2.SubnetType.PRIVATE_WITH_EGRESS if nat_gateways else ec2.SubnetType.PRIVATE_ISOLATED
        groups = [
            # Half of the VPC for services, an eighth each for data and public subnets, a quarter in reserve.
            ec2.SubnetConfiguration(name="Private", subnet_type=private, cidr_mask=size + 3),
            ec2.SubnetConfiguration(name="Data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=size + 5),
            ec2.SubnetConfiguration(
                name="Public",
                subnet_type=ec2.SubnetType.PUBLIC,
                cidr_mask=size + 5,
                map_public_ip_on_launch=False,
                reserved=not internet,
            ),
        ]
        return ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(str(settings.cidr)),
            max_azs=settings.zone_count,
            reserved_azs=MAX_ZONES - settings.zone_count,
            nat_gateway_provider=self._nat,
            nat_gateways=nat_gateways,
            create_internet_gateway=internet,
            restrict_default_security_group=True,
            subnet_configuration=groups,
        )

    def _nat_gateways(self) -> list[ec2.GatewayConfig]:
        return self._nat.configured_gateways if self._settings.nat != "none" else []

    def _group(self, name: str) -> tuple[ec2.ISubnet, ...]:
        return tuple(self.vpc.select_subnets(subnet_group_name=name).subnets)

    def _create_cluster_subnets(self) -> tuple[ec2.ISubnet, ...]:
        subnets: list[ec2.ISubnet] = []
        for index, cidr in enumerate(self._settings.cluster_cidrs):
            zone = index + 1
            block = ec2.CfnVPCCidrBlock(self, f"ClusterRange{zone}", vpc_id=self.vpc.vpc_id, cidr_block=str(cidr))
            subnet = ec2.PrivateSubnet(
                self,
                f"ClusterSubnet{zone}",
                vpc_id=self.vpc.vpc_id,
                cidr_block=str(cidr),
                availability_zone=self.vpc.availability_zones[index],
            )
            subnet.node.add_dependency(block)
            if gateways := self.nat_gateway_ids:
                subnet.add_default_nat_route(gateways[index % len(gateways)])
            subnets.append(subnet)
        return tuple(subnets)

    def _place_by_zone_id(self) -> None:
        if isinstance(self._settings.zones, int):
            return
        for group in (self.subnets.private, self.subnets.data, self.subnets.public, self.subnets.cluster):
            for subnet, zone_id in zip(group, self._settings.zones, strict=False):
                _cfn_subnet(subnet).availability_zone = None
                _cfn_subnet(subnet).availability_zone_id = zone_id


def _cfn_subnet(subnet: ec2.ISubnet) -> ec2.CfnSubnet:
    resource = subnet.node.default_child
    if not isinstance(resource, ec2.CfnSubnet):
        raise TypeError(f"{subnet.node.path} is not a subnet that this stack creates")
    return resource


def _acknowledge_internet_routes(public: Sequence[ec2.ISubnet]) -> None:
    for subnet in public:
        acknowledge(
            subnet,
            "NIST.800.53.R5::NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW",
            "HIPAA.Security::HIPAA.Security-VPCNoUnrestrictedRouteToIGW",
            "PCI.DSS.321::PCI.DSS.321-VPCNoUnrestrictedRouteToIGW",
            reason="Public subnets hold NAT gateways and load balancers that were asked for; nothing gets a public "
            "address by itself there, and private subnets have no route to the gateway.",
        )
