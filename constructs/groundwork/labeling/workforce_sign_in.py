"""Sends workers from the sign-in page to their portal."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.job import JobProvider
from groundwork.labeling.workforce_pool import WorkerPool
from groundwork.python_function import acknowledge_inline_policy


class PortalSignIn(Construct):
    """Sets the portal's addresses on the app client, and again whenever CloudFormation may have reset them.

    The workforce needs the client, and the client the address that the workforce gets: one of them has to come to its
    other half afterwards. An update of the client sends all that the template says of it, and Cognito resets what is
    not sent. So the template holds nothing of the client but what never changes; and should a release of this package
    change it, this resource changes with it, as it carries a digest of what is declared.
    """

    resource: cdk.CustomResource
    """After it, people can sign in."""

    def __init__(
        self, scope: Construct, construct_id: str, *, pool: WorkerPool, sub_domain: str, provider: JobProvider
    ) -> None:
        """
        Args:
            pool: whose client it is.
            sub_domain: of the portal, as the workforce has it.
            provider: what carries it out; the function's role gets the right to change this client.
        """
        super().__init__(scope, construct_id)
        policy = iam.Policy(self, "Policy", statements=[sign_in_statement(pool.pool.user_pool_arn)])
        # A policy of its own: as a part of the role's, the function would wait for the pool, which waits for it.
        policy.attach_to_role(provider.start.role)
        acknowledge_inline_policy(policy)
        self.resource = provider.add(
            "SignIn",
            resource_type="Custom::LabelingPortalSignIn",
            properties={
                "UserPoolId": pool.pool.user_pool_id,
                "ClientId": pool.client.ref,
                "SubDomain": sub_domain,
                "Declared": pool.declared,
            },
        )
        self.resource.node.add_dependency(policy)


def sign_in_statement(pool_arn: str) -> iam.PolicyStatement:
    """What the function calls.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
    """
    return iam.PolicyStatement(
        sid="OpenThePortal",
        actions=["cognito-idp:DescribeUserPoolClient", "cognito-idp:UpdateUserPoolClient"],
        resources=[pool_arn],
    )
