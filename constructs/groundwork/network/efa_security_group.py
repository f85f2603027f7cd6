"""The security group of instances that talk over Elastic Fabric Adapter."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from groundwork.acknowledge import acknowledge


class EfaSecurityGroup(Construct):
    """All traffic between its own members, in both directions, and nothing else.

    EFA traffic is not IP traffic that a range could admit: it needs a rule that names the group itself, outbound as
    well as inbound. The rules are resources of their own because CDK drops an outbound rule to the group itself from a
    security group that allows all outbound traffic. Members that need other destinations carry a second group.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html#efa-start-security
    """

    security_group: ec2.SecurityGroup

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        self.security_group = ec2.SecurityGroup(
            self, "Group", vpc=vpc, description="EFA traffic between cluster nodes", allow_all_outbound=False
        )
        group_id = self.security_group.security_group_id
        ingress = ec2.CfnSecurityGroupIngress(
            self, "FromItself", group_id=group_id, source_security_group_id=group_id, ip_protocol="-1",
            description="EFA from members",
        )  # fmt: skip
        ec2.CfnSecurityGroupEgress(
            self, "ToItself", group_id=group_id, destination_security_group_id=group_id, ip_protocol="-1",
            description="EFA to members",
        )  # fmt: skip
        acknowledge(
            ingress,
            "NIST.800.53.R5::NIST.800.53.R5-EC2RestrictedCommonPorts",
            "HIPAA.Security::HIPAA.Security-EC2RestrictedCommonPorts",
            "PCI.DSS.321::PCI.DSS.321-EC2RestrictedCommonPorts",
            reason="The source is the group itself: no address outside of it is admitted.",
        )
