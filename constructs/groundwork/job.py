"""Work that a deployment waits for, longer than a function can run."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import custom_resources
from constructs import Construct, IConstruct

from groundwork.acknowledge import acknowledge
from groundwork.in_vpc import VpcPlace
from groundwork.python_function import (
    PythonFunction,
    acknowledge_function,
    acknowledge_inline_policy,
    function_id,
    function_role,
)

CALL_TIMEOUT = cdk.Duration.minutes(14)
"""A call ends before Lambda's limit of 15 minutes, so that the work hears of it in time."""


class JobProvider(Construct):
    """What carries out custom resources on CDK's provider framework: `on_event` of a folder's `handler.py` starts the
    work, `is_complete` is asked until it is done. What either raises fails the deployment, and stands in its error.
    """

    start: PythonFunction
    """Runs `on_event`."""
    done: PythonFunction
    """Runs `is_complete`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: str,
        on_event: Sequence[iam.PolicyStatement] = (),
        is_complete: Sequence[iam.PolicyStatement] = (),
        timeout: cdk.Duration,
        operations_key: kms.IKey,
        memory_mib: int = 256,
        query_interval: cdk.Duration | None = None,
        place: VpcPlace | None = None,
    ) -> None:
        """
        Args:
            folder: below `lambda/`.
            on_event: what the handler of this name may do, beside writing its log; nothing.
            is_complete: the same; they are two functions, each with a role of its own.
            timeout: for all of the work, one hour at most.
            operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
            memory_mib: of the handler, in MiB.
            query_interval: how often `is_complete` is asked; 10 seconds.
            place: in the VPC, of `is_complete` alone: `on_event` stays outside, and asks AWS without an endpoint.
        """
        super().__init__(scope, construct_id)
        self._timeout = timeout
        handlers = [
            PythonFunction(
                self,
                construct_id,
                folder=folder,
                handler=handler,
                statements=statements,
                operations_key=operations_key,
                timeout=CALL_TIMEOUT,
                memory_mib=memory_mib,
                place=where,
            )
            for construct_id, handler, statements, where in (
                ("Start", "on_event", on_event, None),
                ("Done", "is_complete", is_complete, place),
            )
        ]
        self.start, self.done = handlers
        log = logs.LogGroup(
            self,
            "Log",
            encryption_key=operations_key,
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        roles = [function_role(self, f"{name}Role") for name in ("Starter", "Asker")]
        for role in roles:
            log.grant_write(role)
        self._provider = custom_resources.Provider(
            self,
            "Provider",
            on_event_handler=handlers[0].function,
            is_complete_handler=handlers[1].function,
            query_interval=query_interval or cdk.Duration.seconds(10),
            total_timeout=timeout,
            log_group=log,
            framework_on_event_role=roles[0],
            framework_complete_and_timeout_role=roles[1],
        )
        self._acknowledge(self._provider, handlers, roles)

    def add(self, construct_id: str, *, resource_type: str, properties: Mapping[str, object]) -> cdk.CustomResource:
        """Add a resource.

        Args:
            resource_type: such as `Custom::ImageMirror`.
            properties: what the handler gets; it is called again when they change, and not otherwise.
        """
        return cdk.CustomResource(
            self,
            construct_id,
            resource_type=resource_type,
            service_token=self._provider.service_token,
            service_timeout=self._timeout,
            properties=dict(properties),
        )

    @staticmethod
    def _acknowledge(provider: Construct, handlers: Sequence[PythonFunction], roles: Sequence[iam.Role]) -> None:
        waiter = provider.node.find_child("waiter-state-machine")
        framework = {
            name: provider.node.find_child(f"framework-{name}") for name in ("onEvent", "isComplete", "onTimeout")
        }
        for function in framework.values():
            acknowledge_function(function)
            acknowledge(
                function,
                "Serverless::Serverless-LambdaDefaultMemorySize",
                reason="CDK's own program, which hands a call on; Lambda's 128 MiB are what it is made for.",
            )
        acknowledge(
            waiter,
            "AwsSolutions::AwsSolutions-SF1",
            "AwsSolutions::AwsSolutions-SF2",
            "Serverless::Serverless-StepFunctionStateMachineXray",
            reason="One function, called until it says that the work is done; each call stands in that function's log.",
        )
        own = [function_id(handler.function) for handler in handlers]
        _acknowledge_versions(roles, own)
        role = waiter.node.find_child("Role")
        _acknowledge_versions([role], [function_id(framework[name]) for name in ("isComplete", "onTimeout")])
        acknowledge_inline_policy(role)


class Job(JobProvider):
    """One custom resource, with what carries it out."""

    resource: cdk.CustomResource

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: str,
        resource_type: str,
        properties: Mapping[str, object],
        on_event: Sequence[iam.PolicyStatement] = (),
        is_complete: Sequence[iam.PolicyStatement] = (),
        timeout: cdk.Duration,
        operations_key: kms.IKey,
        memory_mib: int = 256,
        query_interval: cdk.Duration | None = None,
    ) -> None:
        """As `JobProvider` and its `add`."""
        super().__init__(
            scope,
            construct_id,
            folder=folder,
            on_event=on_event,
            is_complete=is_complete,
            timeout=timeout,
            operations_key=operations_key,
            memory_mib=memory_mib,
            query_interval=query_interval,
        )
        self.resource = self.add("Resource", resource_type=resource_type, properties=properties)


def _acknowledge_versions(roles: Sequence[IConstruct], functions: Sequence[str]) -> None:
    for role in roles:
        acknowledge(
            role,
            *(f"AwsSolutions::AwsSolutions-IAM5[Resource::<{function}.Arn>:*]" for function in functions),
            reason="The versions of this one function: CDK grants a call with and without a version's number.",
        )
