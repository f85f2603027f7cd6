"""Looks for the account's private workforce before anything of it is made."""

import hashlib

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.job import JobProvider
from groundwork.labeling.workforce_settings import WorkforceSettings

TIMEOUT = cdk.Duration.minutes(10)


class WorkforceGuard(Construct):
    """Fails the deployment at its beginning where a workforce cannot be made, or the named one is not there.

    An account can have one private workforce in a Region. CloudFormation would find out after a user pool, its domain
    and its groups have been made, and does not look for one that is only named.
    """

    resource: cdk.CustomResource
    """What waits for it has been allowed; `SubDomain`, `UserPool` and `ClientId` tell of an existing workforce."""
    provider: JobProvider
    """For what else has to be done around the workforce."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, settings: WorkforceSettings, operations_key: kms.IKey
    ) -> None:
        """
        Args:
            name: of the workforce that is made, or used.
            operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        self.provider = JobProvider(
            self,
            "Provider",
            folder="labeling_workforce",
            on_event=guard_statements(cdk.Stack.of(self)),
            timeout=TIMEOUT,
            operations_key=operations_key,
        )
        acknowledge(
            self.provider.start.role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="Listing workforces and teams knows no resource; nothing of them is changed.",
        )
        self.resource = self.provider.add(
            "Look", resource_type="Custom::LabelingWorkforceGuard", properties=guard_properties(name, settings)
        )


def guard_properties(name: str, settings: WorkforceSettings) -> dict[str, object]:
    """What the function `labeling_workforce` gets."""
    oidc = settings.oidc.model_dump_json() if settings.oidc else ""
    return {
        "Mode": "existing" if settings.existing else "create",
        "Name": name,
        "SignIn": settings.sign_in,
        "Oidc": hashlib.sha256(oidc.encode()).hexdigest()[:16] if oidc else "none",
    }


def guard_statements(stack: cdk.Stack) -> list[iam.PolicyStatement]:
    """What the function calls to look.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    """
    return [
        iam.PolicyStatement(
            sid="Look", actions=["sagemaker:ListWorkforces", "sagemaker:ListWorkteams"], resources=["*"]
        ),
        iam.PolicyStatement(sid="SeeARollBack", actions=["cloudformation:DescribeStacks"], resources=[stack.stack_id]),
    ]
