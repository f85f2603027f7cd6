"""What has to succeed before the gateway's service is changed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.gateway.container import CONFIG_ARGUMENTS, MEMORY_MIB, PREPARE, VCPU_UNITS
from groundwork.gateway.release_statements import acknowledge_wildcards, start_statements, watch_statements
from groundwork.gateway.task import GatewayTask
from groundwork.gateway.teams_file import TeamsFile
from groundwork.job import Job
from groundwork.network.subnets import PlatformSubnets

CONTAINER = "Release"
MIGRATION = "python -m litellm.proxy.prisma_migration"
"""What LiteLLM's own Helm chart runs as its migration job, there by the file's path
(https://github.com/BerriAI/litellm, deploy/charts/litellm-helm/templates/migrations-job.yaml)."""
TIMEOUT = cdk.Duration.hours(1)
"""The longest that CloudFormation waits for a custom resource; the handler stops a task before."""


class Release(Construct):
    """One task in the service's image, configuration, environment and secrets. It migrates the database, proves that
    the configuration starts, enters the teams, and ends. If it fails, the deployment fails with the end of its log, and
    the version before keeps serving.

    It runs when its task definition or its network changes, and not otherwise. Make the service wait for it:
    `service.service.node.add_dependency(release)`.
    """

    definition: ecs.FargateTaskDefinition

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        task: GatewayTask,
        teams: Sequence[Mapping[str, Any]],
        cluster: ecs.ICluster,
        subnets: PlatformSubnets,
        security_groups: Sequence[ec2.ISecurityGroup],
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            task: of the service; its container, in another role.
            teams: what `team_requests` gives.
            cluster: where it runs.
            security_groups: of the service, and the one that opens the database and the cache.
            operations_key: encrypts the handler's logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        file = TeamsFile(self, "Teams", teams=teams)
        self.definition = ecs.FargateTaskDefinition(
            self,
            "Definition",
            cpu=VCPU_UNITS,
            memory_limit_mib=MEMORY_MIB,
            runtime_platform=task.container.platform,
            execution_role=task.definition.obtain_execution_role(),
        )
        task.container.add_to(
            self.definition,
            CONTAINER,
            entry_point=["python", "-u", "-c"],
            command=[
                release_program(),
                "--migrate",
                MIGRATION,
                "--serve",
                " ".join(("litellm", *CONFIG_ARGUMENTS)),
                "--teams",
                f"s3://{file.bucket}/{file.key}",
                "--secrets",
                ",".join(task.container.secrets),
            ],
            # Nobody waits for an answer here, and the last lines are those that matter.
            log_mode=ecs.AwsLogDriverMode.BLOCKING,
        )
        for grant in (task.grant_start, file.grant_read):
            grant(self.definition.task_role)
        starts = start_statements(self, definition=self.definition, cluster=cluster)
        watches = watch_statements(
            self, cluster=cluster, log_group=task.container.log_group, containers=(CONTAINER, PREPARE)
        )
        job = Job(
            self,
            "Job",
            folder="gateway_release",
            resource_type="Custom::GatewayRelease",
            properties={
                "Cluster": cluster.cluster_arn,
                "TaskDefinition": self.definition.task_definition_arn,
                "Subnets": [subnet.subnet_id for subnet in subnets.private],
                "SecurityGroups": [group.security_group_id for group in security_groups],
                "LogGroup": task.container.log_group.log_group_name,
            },
            on_event=starts,
            is_complete=watches,
            timeout=TIMEOUT,
            operations_key=operations_key,
        )
        # The task may be there before its rights are.
        job.resource.node.add_dependency(self.definition.task_role, self.definition.obtain_execution_role())
        acknowledge_wildcards(job, [*starts, *watches])


def release_program() -> str:
    """The program that runs in the task.

    Raises:
        FileNotFoundError: the package is not whole.
    """
    here = Path(__file__).parents[1]
    # In the wheel the run-time code stands inside of the package.
    for folder in (here / "_lambda", here.parents[1] / "lambda"):
        if (file := folder / "gateway_release_task" / "program.py").is_file():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError("the program of the release task is missing")
