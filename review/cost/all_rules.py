"""What everything else is charged for."""

from collections.abc import Iterator, Mapping

from review.cost import compute_rules, network_rules, store_rules
from review.cost.charge import Charge, Place, Rule
from review.cost.price_list import Item
from rules.intrinsics import sequence


def _alarm(place: Place) -> Iterator[Charge]:
    # An alarm on an expression is charged for each metric in it: https://aws.amazon.com/cloudwatch/pricing/
    metrics = sum("MetricStat" in str(metric) for metric in sequence(place.resource.properties.get("Metrics"))) or 1
    item = Item(service="AmazonCloudWatch", usage="CW:AlarmMonitorUsage")
    yield Charge(what=f"alarm on {metrics} metrics", item=item, quantity=metrics)


def _dashboard(_: Place) -> Iterator[Charge]:
    yield Charge(
        what="dashboard",
        item=Item(service="AmazonCloudWatch", usage="DashboardsUsageHour", is_global=True),
        quantity=1,
    )


def _topic(place: Place) -> Iterator[Charge]:
    yield place.assumed("messages", "messages", Item(service="AmazonSNS", usage="Requests-Tier1"))


def _queue(place: Place) -> Iterator[Charge]:
    yield place.assumed("messages", "messages", Item(service="AWSQueueService", usage="Requests-Tier1"))


def _user_pool(place: Place) -> Iterator[Charge]:
    tier = place.text("UserPoolTier", "ESSENTIALS").capitalize()
    item = Item(service="AmazonCognito", usage=f"Cognito{tier}MAU")
    yield place.assumed("users", f"users of the tier {tier}", item)


RULES: Mapping[str, Rule] = {
    **compute_rules.RULES,
    **network_rules.RULES,
    **store_rules.RULES,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
}
"""By resource type."""
