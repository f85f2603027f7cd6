"""The accounts of the people in the environment file."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cognito as cognito
from constructs import Construct

from groundwork.labeling.workforce import Workforce


class Members(Construct):
    """Invites everybody once, and puts each into the groups of their teams.

    An invitation is a mail of Cognito with a password for the first sign-in. It is sent when the portal is open, and
    never again for the same account. Whoever is taken out of the file loses the account.
    """

    seats: dict[str, list[cognito.CfnUserPoolUserToGroupAttachment]]
    """Who is in a group, by its name."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workforce: Workforce,
        groups: Mapping[str, Sequence[str]],
    ) -> None:
        """
        Args:
            workforce: with accounts.
            groups: mail addresses by the group's name, in small letters.
        """
        super().__init__(scope, construct_id)
        assert workforce.accounts
        pool = workforce.accounts.user_pool
        users: dict[str, cognito.CfnUserPoolUser] = {}
        for mailbox in sorted({each for mailboxes in groups.values() for each in mailboxes}):
            users[mailbox] = cognito.CfnUserPoolUser(
                self,
                f"Account-{mailbox}",
                user_pool_id=pool,
                username=mailbox,
                desired_delivery_mediums=["EMAIL"],
                user_attributes=[
                    cognito.CfnUserPoolUser.AttributeTypeProperty(name="email", value=mailbox),
                    # A mail to it is what lets anybody in.
                    cognito.CfnUserPoolUser.AttributeTypeProperty(name="email_verified", value="true"),
                ],
            )
            users[mailbox].node.add_dependency(workforce.ready)
        self.seats = {group: [] for group in groups}
        for group, mailboxes in groups.items():
            for mailbox in mailboxes:
                seat = cognito.CfnUserPoolUserToGroupAttachment(
                    self, f"{group}-{mailbox}", user_pool_id=pool, group_name=group, username=mailbox
                )
                seat.add_resource_dependency(users[mailbox])
                seat.add_resource_dependency(workforce.groups[group])
                self.seats[group].append(seat)
