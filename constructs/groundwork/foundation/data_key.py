"""A customer-managed key for one data domain."""

from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.removal import removal_policy

DataDomain = Literal["operations", "artifacts", "backup", "cluster", "gateway", "labeling", "models"]
"""What is read by the same people shares a key: `operations` is logs and alarms, `models` is weights, what endpoints
capture and what heads are trained on, `labeling` is pictures, what people say of them and what learns from that."""


class DataKey(Construct):
    """A rotated key that everything of one data domain is encrypted with.

    One key per domain, not per store: a reviewer can tell who may read a domain from one policy, and the bill does not
    grow with every bucket.
    """

    key: kms.Key

    def __init__(self, scope: Construct, construct_id: str, *, domain: DataDomain, keep: bool) -> None:
        """
        Args:
            domain: the data domain; stands in the key's description.
            keep: whether the key outlives its stack. Otherwise it is deleted after the shortest wait, 7 days.
        """
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description=f"Groundwork {domain} data",
            enable_key_rotation=True,
            removal_policy=removal_policy(keep=keep),
            pending_window=cdk.Duration.days(30 if keep else 7),
        )
        # What is encrypted with a key is lost with it: CloudFormation must refuse to drop a key that is in use.
        cdk.CrossStackReferences.of(self.key).produce(cdk.ReferenceStrength.STRONG)

    def grant_to_log_groups(self) -> None:
        """Let CloudWatch Logs encrypt the log groups of this account and Region, and nothing else.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        """
        stack = cdk.Stack.of(self)
        groups = stack.format_arn(
            service="logs", resource="log-group", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogGroups",
                principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
                actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
                resources=["*"],
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            )
        )

    def grant_to_publishers(self, *services: str) -> None:
        """Let services of this account publish to an encrypted topic.

        Args:
            services: service principals such as `cloudwatch.amazonaws.com`.
        """
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Publishers",
                principals=[iam.ServicePrincipal(service) for service in services],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
