"""What calls a project's functions from outside: events of labeling jobs, and a clock."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.labeling.defect_access import idle_statements, waking_statements
from groundwork.labeling.defect_function import DefectFunction
from groundwork.labeling.defect_plan import DefectPlan
from groundwork.labeling.defect_use import EndpointInference
from groundwork.optimization.access import sagemaker_arn
from groundwork.optimization.notices import Notices

_ENDED = ["Completed", "Failed", "Stopped"]


class LabelEvents(Construct):
    """Wakes executions when their labeling job has ended. An event that is lost costs hours, as executions look for
    themselves as well.

    Event: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-monitor-cloud-watch.html (read 2026-11-23).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        plan: DefectPlan,
        operations_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        function = DefectFunction(
            self,
            "Changed",
            handler="labeling_changed",
            statements=waking_statements(plan),
            operations_key=operations_key,
            environment={"DATA": plan.data_uri},
        ).function
        (job,) = sagemaker_arn(self, f"labeling-job/{plan.name}-")
        events.Rule(
            self,
            "Rule",
            description=f"A labeling job of {plan.name} has ended",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Ground Truth Labeling Job State Change"],
                resources=events.Match.prefix(job),
                detail={"LabelingJobStatus": _ENDED},
            ),
            targets=[_target(self, function)],
        )


class IdleRemoval(Construct):
    """Asks every half an hour whether somebody still calls the endpoint, and takes it away if not."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        plan: DefectPlan,
        inference: EndpointInference,
        notices: Notices,
        topic: sns.ITopic,
        operations_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        function = DefectFunction(
            self,
            "Remove",
            handler="remove_idle",
            statements=[*idle_statements(self, plan), *notices.statements()],
            operations_key=operations_key,
            environment={
                "ENDPOINT": plan.endpoint,
                "IDLE_HOURS": str(inference.idle_hours),
                "TOPIC": topic.topic_arn,
            },
        ).function
        events.Rule(
            self,
            "Rule",
            description=f"Whether somebody calls the endpoint {plan.endpoint}",
            schedule=events.Schedule.rate(cdk.Duration.minutes(30)),
            targets=[_target(self, function)],
        )


def _target(scope: Construct, function: lambda_.IFunction) -> targets.LambdaFunction:
    queue = sqs.Queue(
        scope,
        "Undelivered",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),
    )
    acknowledge(
        queue,
        "AwsSolutions::AwsSolutions-SQS3",
        "Serverless::Serverless-SQSRedrivePolicy",
        reason="It is the queue of what could not be delivered.",
    )
    return targets.LambdaFunction(function, dead_letter_queue=queue, max_event_age=cdk.Duration.hours(2))
