"""Mails to a team when there is work."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from groundwork.acknowledge import acknowledge

PUBLISHER = "sagemaker.amazonaws.com"


class TeamNotifications(Construct):
    """An encrypted topic that Ground Truth publishes to on behalf of this account's work teams, and nobody else.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-workforce-management-private-sns.html
    """

    topic: sns.Topic

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, mailboxes: Sequence[str]) -> None:
        """
        Args:
            key: encrypts the topic; its policy must let SageMaker use it.
            mailboxes: each must confirm once before anything arrives.
        """
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        stack = cdk.Stack.of(self)
        teams = stack.format_arn(service="sagemaker", resource="workteam", resource_name="*")
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="WorkTeams",
                principals=[iam.ServicePrincipal(PUBLISHER)],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={
                    "ArnLike": {"aws:SourceArn": teams},
                    "StringEquals": {"aws:SourceAccount": stack.account},
                },
            )
        )
        for mailbox in mailboxes:
            self.topic.add_subscription(subscriptions.EmailSubscription(mailbox))
        if mailboxes:
            acknowledge(
                self.topic,
                "Serverless::Serverless-SNSRedrivePolicy",
                reason="Mail is for a person. SNS retries it for hours, and the portal shows the task it was about.",
            )
