"""The functions of an EAGLE job."""

from collections.abc import Iterable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.optimization.access import add_all, allow
from groundwork.optimization.package import FUNCTION_FOLDER, function_package
from groundwork.python_function import function_role

CALL_TIMEOUT = cdk.Duration.minutes(14)
"""A check of data goes on for 5 minutes, and then to the end of the file that it is at."""


class StepFunction(Construct):
    """A function that does steps, with its role and its log."""

    function: lambda_.Function
    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        handler: str,
        statements: Iterable[iam.PolicyStatement],
        operations_key: kms.IKey,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """
        Args:
            handler: name of the function in `handler.py`.
            statements: what it may do, beside writing its log.
            operations_key: encrypts the log; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        log = logs.LogGroup(
            self,
            "Log",
            encryption_key=operations_key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.role = function_role(self, "Role")
        write = allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [log.log_group_arn])
        add_all(
            self.role,
            [write, *statements],
            reason="Objects, jobs, models, versions and configurations get the end of their names when they are made: "
            "below this job's own prefix, name and group. Of configurations that are only read or gone back to, "
            "CloudFormation makes the whole name; lists know no resource.",
        )
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(function_package())),
            handler=f"{FUNCTION_FOLDER}.handler.{handler}",
            role=self.role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            timeout=CALL_TIMEOUT,
            # One whole processor, for the check of data.
            memory_size=1769,
            environment={"POWERTOOLS_SERVICE_NAME": "model-optimization", **(environment or {})},
        )
        self._acknowledge()

    def _acknowledge(self) -> None:
        acknowledge(
            self.function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ",
            "HIPAA.Security::HIPAA.Security-LambdaDLQ",
            "Serverless::Serverless-LambdaDLQ",
            reason="The state machine waits for each answer, repeats what failed, and ends with the error. EventBridge "
            "keeps an event that could not be delivered in a queue of its rule.",
        )
        acknowledge(
            self.function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency",
            "HIPAA.Security::HIPAA.Security-LambdaConcurrency",
            reason="One call at a time for each execution; a reservation would take from the account's others.",
        )
        acknowledge(
            self.function,
            "Serverless::Serverless-LambdaTracing",
            reason="The state machine is traced, and each step stands in the function's log with its execution.",
        )
        acknowledge(
            self.function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC",
            "HIPAA.Security::HIPAA.Security-LambdaInsideVPC",
            "PCI.DSS.321::PCI.DSS.321-LambdaInsideVPC",
            reason="It calls AWS with its role and nothing inside the VPC; there it would need a way out that a closed "
            "network does not have.",
        )
