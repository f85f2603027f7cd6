"""A Lambda function of the project's own."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct, IConstruct

from groundwork.acknowledge import acknowledge
from groundwork.in_vpc import VpcPlace, run_in_vpc

# What every function brings along; boto3 and urllib3 are in Lambda's own runtime.
_DISTRIBUTIONS = ("aws-lambda-powertools", "jmespath", "typing-extensions")
_SHARED = ("eks_api",)
"""Folders below `lambda/` that are no function: they go along with those that import them."""


class PythonFunction(Construct):
    """A function with its role, its log group, and a package of its folder below `lambda/` and the libraries it uses.

    The libraries come from the packages that this program itself runs with: nothing is downloaded, and what the lock
    of the requirements says is what is deployed.
    """

    function: lambda_.Function
    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: str,
        handler: str,
        statements: Sequence[iam.PolicyStatement],
        operations_key: kms.IKey,
        timeout: cdk.Duration,
        memory_mib: int = 256,
        environment: Mapping[str, str] | None = None,
        place: VpcPlace | None = None,
    ) -> None:
        """
        Args:
            folder: below `lambda/`.
            handler: name of the function in the folder's `handler.py`.
            statements: what it may do, beside writing its log.
            operations_key: encrypts the log; its policy must let CloudWatch Logs use it.
            timeout: for one call, 15 minutes at most.
            memory_mib: memory in MiB; processor time is in proportion.
            environment: variables, none of them a secret.
            place: in the VPC. None: outside of any, from where AWS is reached.
        """
        super().__init__(scope, construct_id)
        group = logs.LogGroup(
            self,
            "Log",
            encryption_key=operations_key,
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.role = function_role(self, "Role")
        for statement in (_write(group), *statements):
            self.role.add_to_policy(statement)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(package(folder))),
            handler=f"{folder}.handler.{handler}",
            role=self.role,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            timeout=timeout,
            memory_size=memory_mib,
            environment={"POWERTOOLS_SERVICE_NAME": folder.replace("_", "-"), **(environment or {})},
        )
        if place:
            run_in_vpc(self.function, role=self.role, place=place)
        acknowledge_function(self.function, in_vpc=place is not None)


def function_role(scope: Construct, construct_id: str) -> iam.Role:
    """A role for a function, without any rights yet."""
    role = iam.Role(scope, construct_id, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    acknowledge_inline_policy(role)
    return role


def function_id(function: IConstruct) -> str:
    """The logical id of a function, as findings name it."""
    return cdk.Stack.of(function).get_logical_id(cast("cdk.CfnElement", function.node.default_child))


def acknowledge_inline_policy(role: IConstruct) -> None:
    """Say why a function's role carries its own policy."""
    acknowledge(
        role,
        "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
        "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
        "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
        reason="The policy is derived from what this one function calls, belongs to its role alone and goes with it; "
        "the permissions boundary limits what the role could be given.",
    )


def acknowledge_function(function: IConstruct, *, in_vpc: bool = False) -> None:
    """Say why a function of a custom resource is built as it is."""
    acknowledge(
        function,
        "NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ",
        "HIPAA.Security::HIPAA.Security-LambdaDLQ",
        "Serverless::Serverless-LambdaDLQ",
        reason="Its caller waits for the answer, and sees a failure as a failed deployment.",
    )
    acknowledge(
        function,
        "NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency",
        "HIPAA.Security::HIPAA.Security-LambdaConcurrency",
        reason="Called by deployments only, one at a time; a reservation would take from the account's others.",
    )
    acknowledge(
        function,
        "Serverless::Serverless-LambdaTracing",
        reason="A handful of calls at a deployment; each is in its log, with the deployment's own ids.",
    )
    if not in_vpc:
        acknowledge(
            function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC",
            "HIPAA.Security::HIPAA.Security-LambdaInsideVPC",
            "PCI.DSS.321::PCI.DSS.321-LambdaInsideVPC",
            reason="It calls AWS with its role, or a public registry without one, and nothing inside the VPC; there it "
            "would need a way out that a closed network does not have.",
        )


@cache
def package(folder: str) -> Path:
    """The unpacked package of a function, made once for all functions of a folder and deleted when the program ends.

    Raises:
        ValueError: there is no such folder.
    """
    source = _source(folder)
    target = Path(tempfile.mkdtemp(prefix="groundwork-function-"))
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    files = [file for file in sorted(source.rglob("*")) if file.is_file() and "__pycache__" not in file.parts]
    for file in files:
        _copy(file, target / folder / file.relative_to(source))
    text = "".join(file.read_text(encoding="utf-8") for file in files if file.suffix == ".py")
    for shared in _SHARED:
        for file in sorted((source.parent / shared).glob("*.py")) if f"from {shared}." in text else ():
            _copy(file, target / shared / file.name)
    for name in _DISTRIBUTIONS:
        _install(name, target)
    return target


def _install(name: str, target: Path) -> None:
    files = [PurePosixPath(file) for file in distribution(name).files or ()]
    # Not what an installer writes, which differs from one to the next.
    wanted = [f for f in files if f.suffix in (".py", ".json") or "licenses" in f.parts or f.name == "METADATA"]
    wanted = sorted(file for file in wanted if ".." not in file.parts and file.name != "direct_url.json")
    for file in wanted:
        _copy(Path(str(distribution(name).locate_file(file))), target / file)
    (record,) = {file.parts[0] for file in wanted if file.parts[0].endswith(".dist-info")}
    (target / record / "RECORD").write_text("".join(f"{file},,\n" for file in wanted))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _source(folder: str) -> Path:
    here = Path(__file__).parent
    # In the wheel the run-time code stands inside of the package.
    for source in (here / "_lambda" / folder, here.parents[1] / "lambda" / folder):
        if (source / "handler.py").is_file():
            return source
    raise ValueError(f"there is no handler.py for a function {folder!r}")


def _write(group: logs.LogGroup) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn])
