"""What an approved model package starts."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.optimization.access import sagemaker_arn
from groundwork.optimization.function_access import approval_statements
from groundwork.optimization.functions import StepFunction
from groundwork.optimization.plan import JobPlan


class Approval(Construct):
    """Every change of a package of the group calls a function, which looks at the package itself and starts the switch
    if it is approved. A second machine and not a task that waits: an approval may take months, comes from the registry
    without a token, and outlives changes of the machine.

    An event that cannot be delivered for a day lies in a queue for two weeks: approve the package once more.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        plan: JobPlan,
        machine: sfn.IStateMachine,
        operations_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        function = StepFunction(
            self,
            "Approved",
            handler="approved",
            statements=approval_statements(self, plan, machine=machine.state_machine_arn),
            operations_key=operations_key,
            environment={"STATE_MACHINE": machine.state_machine_arn, "GROUP": plan.name},
        ).function
        queue = sqs.Queue(
            self,
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
        (package,) = sagemaker_arn(self, f"model-package/{plan.name}/")
        events.Rule(
            self,
            "Changed",
            description=f"A model package of {plan.name} has changed",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Model Package State Change"],
                detail={"ModelPackageArn": [{"prefix": package}]},
            ),
            targets=[targets.LambdaFunction(function, dead_letter_queue=queue, max_event_age=cdk.Duration.days(1))],
        )
