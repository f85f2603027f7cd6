"""A monthly cost budget."""

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.foundation.settings import BudgetSettings

ACTUAL_PERCENT = (50, 80, 100)
FORECAST_PERCENT = (100,)


class CostBudget(Construct):
    """A budget that reports when actual cost passes 50, 80 and 100 %, and when the forecast passes 100 %."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: BudgetSettings, environment: str, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        # The service checks that it may publish: the topic's policy has to be there first.
        self.node.add_dependency(topic)
        thresholds = [("ACTUAL", percent) for percent in ACTUAL_PERCENT]
        thresholds += [("FORECASTED", percent) for percent in FORECAST_PERCENT]
        budgets.CfnBudget(
            self,
            "Monthly",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=settings.monthly_usd, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:environment${environment}"]}
                if settings.scope == "environment"
                else None,
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[
                        budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)
                    ],
                )
                for kind, percent in thresholds
            ],
        )
