"""Who is asked for an approval and told what failed."""

from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.optimization.access import allow


class Notices(Construct):
    """The environment's topic for alarms, or one of the job's own people."""

    topic: sns.ITopic | sns.Topic

    def __init__(
        self, scope: Construct, construct_id: str, *, emails: Sequence[str], alarms: sns.ITopic, key: kms.IKey
    ) -> None:
        """
        Args:
            emails: whom it reaches. None: whoever gets the alarms.
            alarms: the environment's topic.
            key: encrypts what is sent, by either.
        """
        super().__init__(scope, construct_id)
        self._key = key
        topic = None
        if emails:
            topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
            acknowledge(
                topic,
                "Serverless::Serverless-SNSRedrivePolicy",
                reason="Mail is for a person. SNS retries it for hours, and the state machine shows what it was about.",
            )
            for email in emails:
                topic.add_subscription(subscriptions.EmailSubscription(email))
        self.topic = topic or alarms

    def statements(self) -> Iterator[iam.PolicyStatement]:
        """What a function needs to publish."""
        yield allow("Tell", ["sns:Publish"], [self.topic.topic_arn])
        sns_service = f"sns.{cdk.Stack.of(self).region}.amazonaws.com"
        use = ("kms:Decrypt", "kms:GenerateDataKey")
        yield allow("TellEncrypted", use, [self._key.key_arn], kms_ViaService=sns_service)
