"""The VPC endpoints of an environment."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.network.endpoint_services import ANSWER_BUCKETS, AWS_BUCKETS, ENDPOINT_SERVICES
from groundwork.network.subnets import PlatformSubnets


class Endpoints(Construct):
    """A gateway endpoint for S3, and an interface endpoint for each service that the enabled sections call.

    Each endpoint's policy lets only this account's identities through, and to S3 only into its own buckets, so that
    nothing inside the VPC can carry data out with credentials from elsewhere. An interface endpoint stands in the
    zones that its callers run in.
    """

    security_group: ec2.SecurityGroup | None = None

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        subnets: PlatformSubnets,
        cidrs: Sequence[IPv4Network],
        services: Mapping[str, frozenset[int]],
        gateway: bool,
        internet: bool,
    ) -> None:
        """
        Args:
            cidrs: the VPC's address ranges, which may call the interface endpoints.
            services: the services to make an interface endpoint for, each with the zones to stand in, from 0.
            gateway: whether to make the gateway endpoint for S3.
            internet: whether objects may be read from buckets anywhere. Written are the account's own in either case.
        """
        super().__init__(scope, construct_id)
        self._vpc, self._subnets = vpc, subnets
        if gateway:
            self._create_gateway(internet=internet)
        if services:
            self.security_group = self._create_security_group(cidrs)
        for service, zones in services.items():
            self._create_interface(service, zones)

    def _create_gateway(self, *, internet: bool) -> None:
        endpoint = ec2.GatewayVpcEndpoint(
            self,
            "S3",
            vpc=self._vpc,
            service=ec2.GatewayVpcEndpointAwsService.S3,
            subnets=[ec2.SubnetSelection(subnets=list(self._subnets.with_gateway_endpoint))],
        )
        stack = cdk.Stack.of(self)
        endpoint.add_to_policy(
            iam.PolicyStatement(
                sid="OwnBuckets",
                principals=[iam.AnyPrincipal()],
                actions=["s3:*"],
                resources=["*"],
                conditions={
                    "StringEquals": {"s3:ResourceAccount": stack.account, "aws:PrincipalAccount": stack.account}
                },
            )
        )
        # With internet, public buckets are readable anyway; without, only those that AWS's own agents read from.
        buckets = [bucket.format(region=stack.region) for bucket in AWS_BUCKETS]
        list_too = ["s3:GetBucketLocation", "s3:GetObjectVersion", "s3:ListBucket"] if internet else []
        endpoint.add_to_policy(
            iam.PolicyStatement(
                sid="ReadElsewhere",
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject", *list_too],
                resources=["*"] if internet else [_objects(stack, bucket) for bucket in buckets],
            )
        )
        # A custom resource whose function runs in the VPC answers CloudFormation by way of these.
        answers = [bucket.format(region=stack.region, short=stack.region.replace("-", "")) for bucket in ANSWER_BUCKETS]
        endpoint.add_to_policy(
            iam.PolicyStatement(
                sid="AnswerCloudFormation",
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject"],
                resources=[_objects(stack, bucket) for bucket in answers],
            )
        )

    def _create_security_group(self, cidrs: Sequence[IPv4Network]) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=self._vpc,
            description="HTTPS from the VPC to its interface endpoints",
            allow_all_outbound=False,
        )
        for cidr in cidrs:
            group.add_ingress_rule(ec2.Peer.ipv4(str(cidr)), ec2.Port.tcp(443), f"HTTPS from {cidr}")
        return group

    def _create_interface(self, service: str, zones: frozenset[int]) -> None:
        facts = ENDPOINT_SERVICES[service]
        endpoint = ec2.InterfaceVpcEndpoint(
            self,
            "".join(part.capitalize() for part in service.replace(".", "-").split("-")),
            vpc=self._vpc,
            service=ec2.InterfaceVpcEndpointAwsService(service),
            subnets=ec2.SubnetSelection(subnets=[self._subnets.private[zone] for zone in sorted(zones)]),
            security_groups=[self.security_group] if self.security_group else [],
            private_dns_enabled=True,
            open=False,
        )
        endpoint.add_to_policy(
            iam.PolicyStatement(
                sid="OwnIdentities",
                principals=[iam.AnyPrincipal()],
                actions=[f"{facts.actions}:*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:PrincipalAccount": cdk.Stack.of(self).account}},
            )
        )
        if facts.unsigned:
            endpoint.add_to_policy(
                iam.PolicyStatement(
                    sid="BeforeCredentials",
                    principals=[iam.AnyPrincipal()],
                    actions=[f"{facts.actions}:{action}" for action in facts.unsigned],
                    resources=["*"],
                )
            )


def _objects(stack: cdk.Stack, bucket: str) -> str:
    return f"arn:{stack.partition}:s3:::{bucket}/*"
