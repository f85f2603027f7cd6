"""The way of SSH to Spaces."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from groundwork.spaces.web_settings import DirectSshSettings


class SshEntry(Construct):
    """Lets named networks in to the port that every Space listens on."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: DirectSshSettings, nodes: ec2.ISecurityGroup
    ) -> None:
        """
        Args:
            nodes: the security group that the nodes and their pods wear. The rules are resources of this stack: the
                group's own stack does not change.
        """
        super().__init__(scope, construct_id)
        for index, cidr in enumerate(settings.clients):
            ec2.CfnSecurityGroupIngress(
                self,
                f"Client{index + 1}",
                group_id=nodes.security_group_id,
                ip_protocol="tcp",
                from_port=settings.port,
                to_port=settings.port,
                cidr_ip=str(cidr),
                description="SSH to Spaces",
            )
