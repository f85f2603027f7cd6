"""The topic that everything which needs a person publishes to."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.foundation.data_key import DataKey

PUBLISHERS = ("budgets.amazonaws.com", "cloudwatch.amazonaws.com", "costalerts.amazonaws.com")
"""Services that may report through the topic. All of them say on whose behalf they publish
(https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html, read 2026-11-23)."""


class AlarmTopic(Construct):
    """An encrypted topic for alarms, budgets, cost anomalies and failed backups, mailed to people.

    Each address gets a message from AWS that it must confirm once before anything else arrives.
    """

    topic: sns.Topic

    def __init__(self, scope: Construct, construct_id: str, *, key: DataKey, emails: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key.key, enforce_ssl=True)
        key.grant_to_publishers(*PUBLISHERS)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Publishers",
                principals=[iam.ServicePrincipal(service) for service in PUBLISHERS],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        for email in emails:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
        if emails:
            acknowledge(
                self.topic,
                "Serverless::Serverless-SNSRedrivePolicy",
                reason="Mail is for a person's attention now. SNS retries it for hours, and what called stays visible "
                "in its own service: the alarm's state, the budget, the backup job.",
            )
