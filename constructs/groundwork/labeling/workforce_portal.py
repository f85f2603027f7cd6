"""Where the workers' portal can be reached from."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from groundwork.labeling.workforce_settings import WorkforceSettings

NOT_ON_THE_INTERNET = "10.0.0.0/16"
"""A range that nobody on the internet comes from: the documented way to close the portal there, once it is in a VPC.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateWorkforce.html"""


def source_ip_config(settings: WorkforceSettings) -> sagemaker.CfnWorkforce.SourceIpConfigProperty | None:
    """Who reaches it on the internet; None: everybody. It does not count for those who come by the VPC."""
    ranges = [str(each) for each in settings.source_cidrs] or ([NOT_ON_THE_INTERNET] if settings.vpc else [])
    return sagemaker.CfnWorkforce.SourceIpConfigProperty(cidrs=ranges) if ranges else None


def portal_network(
    scope: Construct, *, settings: WorkforceSettings, vpc: ec2.IVpc | None, subnets: Sequence[ec2.ISubnet]
) -> sagemaker.CfnWorkforce.WorkforceVpcConfigRequestProperty | None:
    """Where Ground Truth puts its interface endpoints; it takes them away with the workforce. None: nowhere.

    https://docs.aws.amazon.com/sagemaker/latest/dg/samurai-vpc-worker-portal.html
    """
    if not settings.vpc:
        return None
    assert vpc  # the environment refuses a portal in a VPC without a network
    group = ec2.SecurityGroup(
        scope, "Portal", vpc=vpc, allow_all_outbound=False, description="Portal of labeling workers: HTTPS from clients"
    )
    for clients in settings.vpc.clients:
        group.add_ingress_rule(ec2.Peer.ipv4(str(clients)), ec2.Port.tcp(443), "Browsers of workers")
    return sagemaker.CfnWorkforce.WorkforceVpcConfigRequestProperty(
        vpc_id=vpc.vpc_id,
        subnets=[subnet.subnet_id for subnet in subnets],
        security_group_ids=[group.security_group_id],
    )
