"""A function that reads and writes images and manifests."""

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.optimization.access import add_all, allow
from groundwork.python_function import function_role, package

FOLDER = "labeling_data"
CALL_TIMEOUT = cdk.Duration.minutes(15)
"""A caller waits a little longer."""


class DataFunction(Construct):
    """A handler of `lambda/labeling_data`, with its role and its log."""

    function: lambda_.Function
    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        handler: str,
        bucket_name: str,
        statements: Iterable[iam.PolicyStatement],
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            handler: name of the function in `handler.py`.
            bucket_name: of the project's own bucket.
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
            reason="Images and manifests are named by who brings them: below the prefixes that the environment file "
            "gives, and in this project's own bucket.",
        )
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(package(FOLDER))),
            handler=f"{FOLDER}.handler.{handler}",
            role=self.role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            timeout=CALL_TIMEOUT,
            # One whole processor, for hashes; and room for 16 images of 40 MB.
            memory_size=1769,
            environment={"POWERTOOLS_SERVICE_NAME": "labeling-data", "BUCKET": bucket_name},
        )
        self._acknowledge()

    def _acknowledge(self) -> None:
        acknowledge(
            self.function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ",
            "HIPAA.Security::HIPAA.Security-LambdaDLQ",
            "Serverless::Serverless-LambdaDLQ",
            reason="The state machine waits for each answer, repeats what failed, and ends with the error.",
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
            reason="The state machine is traced, and each call stands in the function's log with its answer.",
        )
        acknowledge(
            self.function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC",
            "HIPAA.Security::HIPAA.Security-LambdaInsideVPC",
            "PCI.DSS.321::PCI.DSS.321-LambdaInsideVPC",
            reason="It calls S3 with its role and nothing inside the VPC; there it would need a way out that a closed "
            "network does not have.",
        )
