"""How LiteLLM is run in a task: the service's, and the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs

from groundwork.acknowledge import acknowledge

VCPU_UNITS, MEMORY_MIB = 1024, 4096
PREPARE = "Prepare"
"""Name of the container that hands its folders over to the one that matters."""
USER = "1000:1000"
WRITABLE = ("/tmp", "/.cache", "/.npm")  # noqa: S108
"""Where LiteLLM and Prisma write while they run; all else is read-only."""
CONFIG_ARGUMENTS = ("--config", "in-s3")
"""Of the command `litellm`. It reads the file that the environment names in S3, whatever the path says; but without
the option it does not read how many connections it may open (`run_server` in `proxy_cli.py` of LiteLLM 1.104.0)."""


@dataclass(frozen=True, kw_only=True)
class GatewayContainer:
    """Image, environment and secrets of LiteLLM: no root, a read-only file system, no password."""

    image: ecs.ContainerImage
    """Pinned by digest."""
    platform: ecs.RuntimePlatform
    environment: Mapping[str, str]
    secrets: Mapping[str, ecs.Secret]
    """By the variable that each of them is read from."""
    log_group: logs.ILogGroup
    stop_timeout: cdk.Duration
    """Between SIGTERM and SIGKILL."""

    def add_to(
        self,
        definition: ecs.FargateTaskDefinition,
        name: str,
        *,
        command: Sequence[str],
        entry_point: Sequence[str] | None = None,
        ports: Sequence[int] = (),
        log_mode: ecs.AwsLogDriverMode,
    ) -> None:
        """Make it the essential container of a task, after a step that prepares its folders.

        Args:
            name: the log's stream is `<name in lower case>/<name>/<id of the task>`.
            entry_point: instead of the image's own, which is `litellm`.
            log_mode: whether a log that is slow to be taken holds the container up.
        """
        linux = ecs.LinuxParameters(definition, "Linux")
        linux.drop_capabilities(ecs.Capability.ALL)
        container = definition.add_container(
            name,
            image=self.image,
            entry_point=list(entry_point) if entry_point else None,
            command=list(command),
            user=USER,
            readonly_root_filesystem=True,
            linux_parameters=linux,
            stop_timeout=self.stop_timeout,
            port_mappings=[ecs.PortMapping(container_port=port) for port in ports] or None,
            logging=self._logging(name, log_mode),
            environment=dict(self.environment),
            secrets=dict(self.secrets),
        )
        self._mount(definition, container, log_mode)
        acknowledge(
            definition,
            "AwsSolutions::AwsSolutions-ECS2",
            reason="Host names, ports and switches. Every secret comes from Secrets Manager when the task starts.",
        )
        for role in (definition.task_role, definition.obtain_execution_role()):
            acknowledge(
                role,
                "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
                "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
                "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
                reason="The policy is derived from what this task uses, belongs to this role alone and goes with it; "
                "the permissions boundary limits what the role could be given.",
            )

    def _mount(
        self, definition: ecs.FargateTaskDefinition, container: ecs.ContainerDefinition, log_mode: ecs.AwsLogDriverMode
    ) -> None:
        """Give the container its writable folders. Fargate makes them root's, so one step before hands them over."""
        prepare = definition.add_container(
            PREPARE,
            image=self.image,
            essential=False,
            user="0:0",
            readonly_root_filesystem=True,
            entry_point=["/bin/sh", "-c"],
            command=[f"chown {USER} {' '.join(WRITABLE)}"],
            logging=self._logging(PREPARE, log_mode),
        )
        for path in WRITABLE:
            name = path.strip("/.")
            definition.add_volume(name=name)
            mount = ecs.MountPoint(container_path=path, source_volume=name, read_only=False)
            container.add_mount_points(mount)
            prepare.add_mount_points(mount)
        container.add_container_dependencies(
            ecs.ContainerDependency(container=prepare, condition=ecs.ContainerDependencyCondition.SUCCESS)
        )

    def _logging(self, name: str, mode: ecs.AwsLogDriverMode) -> ecs.LogDriver:
        buffer = cdk.Size.mebibytes(25) if mode == ecs.AwsLogDriverMode.NON_BLOCKING else None
        return ecs.LogDrivers.aws_logs(
            stream_prefix=name.lower(), log_group=self.log_group, mode=mode, max_buffer_size=buffer
        )
