"""The security group of a store that only its clients reach."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct


def private_group(
    scope: Construct, construct_id: str, *, vpc: ec2.IVpc, description: str, clients: ec2.ISecurityGroup, port: int
) -> ec2.SecurityGroup:
    """Members of `clients` may connect to the port; the members themselves connect to nothing.

    The clients' side of it is opened too, as a rule of its own: their group may live in another stack.
    """
    group = ec2.SecurityGroup(scope, construct_id, vpc=vpc, description=description, allow_all_outbound=False)
    group.connections.allow_from(clients, ec2.Port.tcp(port), description)
    return group
