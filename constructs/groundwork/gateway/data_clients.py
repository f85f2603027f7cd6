"""The security group that opens the gateway's data stores."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct


class DataClients(Construct):
    """What carries this group may connect to the database and the cache, and to nothing else by it.

    It lives with the stores, so that they do not have to name the group of a service that comes and goes.
    """

    group: ec2.SecurityGroup

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        self.group = ec2.SecurityGroup(
            self, "Group", vpc=vpc, description="Clients of the data stores of the gateway", allow_all_outbound=False
        )
