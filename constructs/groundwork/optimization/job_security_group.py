"""What the containers of EAGLE jobs may reach."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from groundwork.acknowledge import acknowledge


def job_security_group(scope: Construct, *, vpc: ec2.IVpc, several_instances: bool) -> ec2.SecurityGroup:
    """HTTPS out and nothing in.

    Args:
        several_instances: whether those of one job have to reach each other
            (https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html).
    """
    group = ec2.SecurityGroup(
        scope, "Jobs", vpc=vpc, allow_all_outbound=False, description="Containers of EAGLE jobs: HTTPS out only"
    )
    # S3's addresses are public ones, also behind its gateway endpoint.
    group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "S3, and the services of AWS")
    if several_instances:
        group.connections.allow_internally(ec2.Port.all_traffic(), "instances of one job")
        acknowledge(
            group,
            "NIST.800.53.R5::NIST.800.53.R5-EC2RestrictedCommonPorts",
            "HIPAA.Security::HIPAA.Security-EC2RestrictedCommonPorts",
            "PCI.DSS.321::PCI.DSS.321-EC2RestrictedCommonPorts",
            reason="The source is the group itself: no address outside of it is admitted.",
        )
    return group
