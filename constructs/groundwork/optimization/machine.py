"""A state machine of an EAGLE job."""

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.python_function import acknowledge_inline_policy, function_id


class Machine(Construct):
    """A state machine with its log, its trace, and an alarm when an execution fails."""

    state_machine: sfn.StateMachine

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str | None = None,
        steps: Callable[[Construct], sfn.IChainable],
        function: lambda_.Function,
        timeout: cdk.Duration,
        operations_key: kms.IKey,
        alarms: sns.ITopic,
        what: str,
    ) -> None:
        """
        Args:
            name: of the state machine. None: CloudFormation's.
            steps: makes the states below this construct.
            function: that they call.
            timeout: of an execution.
            operations_key: encrypts the log; its policy must let CloudWatch Logs use it.
            what: a failure is of, in the alarm's words.
        """
        super().__init__(scope, construct_id)
        log = logs.LogGroup(
            self,
            "Log",
            encryption_key=operations_key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.state_machine = sfn.StateMachine(
            self,
            "Resource",
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_chainable(steps(Construct(self, "Steps"))),
            timeout=timeout,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL),
        )
        self._alarm(alarms, what)
        role = self.state_machine.node.find_child("Role")
        acknowledge_inline_policy(role)
        acknowledge(
            role,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::<{function_id(function)}.Arn>:*]",
            reason="The versions of this one function: CDK grants a call with and without a version's number.",
        )
        acknowledge(
            role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="Traces, and the delivery of logs, are actions without a resource.",
        )

    def _alarm(self, topic: sns.ITopic, what: str) -> None:
        period = cdk.Duration.minutes(5)
        broken = cloudwatch.MathExpression(
            expression="FILL(failed, 0) + FILL(late, 0) + FILL(aborted, 0)",
            using_metrics={
                "failed": self.state_machine.metric_failed(period=period),
                "late": self.state_machine.metric_timed_out(period=period),
                "aborted": self.state_machine.metric_aborted(period=period),
            },
            period=period,
            label="Executions that did not end well",
        )
        alarm = broken.create_alarm(
            self,
            "Alarm",
            alarm_description=f"{what} has failed, taken too long or was stopped: its execution says why.",
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
