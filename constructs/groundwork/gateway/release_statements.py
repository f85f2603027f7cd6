"""What the handlers of the release may do: run this one task, watch it, stop it, and read its log."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from groundwork.acknowledge import acknowledge


def start_statements(
    scope: Construct, *, definition: ecs.FargateTaskDefinition, cluster: ecs.ICluster
) -> list[iam.PolicyStatement]:
    """What starts the task, or stops one that a deployment before has left.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    """
    stack = cdk.Stack.of(scope)
    in_cluster, tasks = _in(cluster), _tasks(stack, cluster)
    return [
        iam.PolicyStatement(
            sid="RunIt",
            actions=["ecs:RunTask"],
            # Every revision: a role that changes with each deployment is not yet in force when it is used.
            resources=[
                stack.format_arn(service="ecs", resource="task-definition", resource_name=f"{definition.family}:*")
            ],
            conditions=in_cluster,
        ),
        iam.PolicyStatement(
            sid="WithItsTags",
            actions=["ecs:TagResource"],
            resources=[tasks],
            conditions={"StringEquals": {"ecs:CreateAction": "RunTask"}},
        ),
        iam.PolicyStatement(
            sid="WithItsRoles",
            actions=["iam:PassRole"],
            resources=[definition.task_role.role_arn, definition.obtain_execution_role().role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        iam.PolicyStatement(sid="StopIt", actions=["ecs:StopTask"], resources=[tasks], conditions=in_cluster),
        # Listing knows no resource but the instances that a task on Fargate does not run on.
        iam.PolicyStatement(sid="FindIt", actions=["ecs:ListTasks"], resources=["*"], conditions=in_cluster),
        iam.PolicyStatement(sid="SeeARollBack", actions=["cloudformation:DescribeStacks"], resources=[stack.stack_id]),
    ]


def watch_statements(
    scope: Construct, *, cluster: ecs.ICluster, log_group: logs.ILogGroup, containers: Sequence[str]
) -> list[iam.PolicyStatement]:
    """What asks for its end, and stops it when it takes too long.

    Args:
        log_group: of the task.
        containers: of the task, by name; streams are named after them.
    """
    stack = cdk.Stack.of(scope)
    return [
        iam.PolicyStatement(
            sid="WatchAndStopIt",
            actions=["ecs:DescribeTasks", "ecs:StopTask"],
            resources=[_tasks(stack, cluster)],
            conditions=_in(cluster),
        ),
        iam.PolicyStatement(
            sid="ReadItsLog",
            actions=["logs:GetLogEvents"],
            resources=[_streams(stack, log_group, name) for name in containers],
        ),
    ]


def acknowledge_wildcards(job: Construct, statements: Sequence[iam.PolicyStatement]) -> None:
    """Say why some of the resources have no name yet."""
    resources = [resource for statement in statements for resource in statement.resources]
    names = [_as_findings_name_it(cdk.Stack.of(job), resource) for resource in resources]
    acknowledge(
        job,
        *(f"AwsSolutions::AwsSolutions-IAM5[Resource::{name}]" for name in names if name.endswith("*")),
        reason="The revisions of one task definition, in one cluster alone; the tasks of that cluster, whose names ECS "
        "makes and which it lists for that cluster, by a condition; and the log streams of this task's containers, "
        "which are named by it.",
    )


def _in(cluster: ecs.ICluster) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"ecs:cluster": cluster.cluster_arn}}


def _tasks(stack: cdk.Stack, cluster: ecs.ICluster) -> str:
    return stack.format_arn(service="ecs", resource="task", resource_name=f"{cluster.cluster_name}/*")


def _streams(stack: cdk.Stack, log_group: logs.ILogGroup, container: str) -> str:
    return stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name=f"{log_group.log_group_name}:log-stream:{container.lower()}/{container}/*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )


def _as_findings_name_it(stack: cdk.Stack, arn: str) -> str:
    match stack.resolve(arn):
        case str() as known:
            return known
        case {"Fn::Join": [_, [*parts]]}:
            return "".join(part if isinstance(part, str) else f"<{part['Ref']}>" for part in parts)
        case _:
            return ""
