"""Cost Anomaly Detection."""

import json

from aws_cdk import aws_ce as ce
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.foundation.settings import CostAnomalySettings


class CostAnomalyDetection(Construct):
    """Reports spending that does not fit a service's own history, as soon as it is detected."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: CostAnomalySettings, environment: str, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        # The service checks that it may publish: the topic's policy has to be there first.
        self.node.add_dependency(topic)
        impact = {
            "Dimensions": {
                "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                "Values": [f"{settings.minimum_usd:.2f}"],
            }
        }
        ce.CfnAnomalySubscription(
            self,
            "Subscription",
            subscription_name=f"groundwork-{environment}",
            monitor_arn_list=[self._create_monitor(environment) if settings.monitor == "create" else settings.monitor],
            # Only this frequency can be published to a topic; the others are mails.
            frequency="IMMEDIATE",
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(type="SNS", address=topic.topic_arn)],
            threshold_expression=json.dumps(impact),
        )

    def _create_monitor(self, environment: str) -> str:
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name=f"groundwork-{environment}-services",
            monitor_type="DIMENSIONAL",
            monitor_dimension="SERVICE",
        )
        return monitor.attr_monitor_arn
