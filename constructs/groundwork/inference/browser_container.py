"""What the containers of a browser's sandbox and of its proxy have in common."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.gateway.litellm_image import private_registry
from groundwork.images import Image, ImageLock

FILES = 16384
"""Open files of a process; it is the one limit that Fargate takes
(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html, read 2026-11-23)."""


def fargate_task(
    scope: Construct,
    construct_id: str,
    *,
    cpu: int,
    memory_mib: int,
    architecture: str,
    image: Image,
    calls_aws: bool,
) -> ecs.FargateTaskDefinition:
    """A task definition for containers of `add_container`.

    Args:
        cpu: in units, 1024 a vCPU.
        architecture: `arm64` or `x86_64`.
        image: of its containers.
        calls_aws: whether what runs in it has rights of its own.
    """
    definition = ecs.FargateTaskDefinition(
        scope,
        construct_id,
        cpu=cpu,
        memory_limit_mib=memory_mib,
        runtime_platform=ecs.RuntimePlatform(
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
            cpu_architecture=ecs.CpuArchitecture.ARM64 if architecture == "arm64" else ecs.CpuArchitecture.X86_64,
        ),
    )
    execution = definition.obtain_execution_role()
    acknowledge(
        definition,
        "AwsSolutions::AwsSolutions-ECS2",
        reason="Names of hosts, of the endpoint and of allowed sites. None of them is a secret.",
    )
    for role in (definition.task_role, execution) if calls_aws else (execution,):
        acknowledge(
            role,
            "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
            "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
            "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
            reason="The policy names what this task uses, belongs to its role alone and goes with it.",
        )
    if private_registry(image.root):
        acknowledge(
            execution,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="ecr:GetAuthorizationToken takes no resource. The token opens what the role may pull, and that is "
            "the repository of this task's image.",
        )
    return definition


def add_container(
    definition: ecs.FargateTaskDefinition,
    name: str,
    *,
    image: ecs.ContainerImage,
    user: str,
    log_group: logs.ILogGroup,
    temporary_mib: int,
    entry_point: Sequence[str] | None = None,
    command: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
    ports: Sequence[int] = (),
) -> ecs.ContainerDefinition:
    """A container without root, capabilities or a file system to write to, but for /tmp in memory.

    Args:
        temporary_mib: the most that /tmp holds; it counts as the task's memory. Fargate knows tmpfs since 2026-01
            (https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/).
    """
    linux = ecs.LinuxParameters(definition, f"{name}Linux", init_process_enabled=True)
    linux.drop_capabilities(ecs.Capability.ALL)
    options = [ecs.TmpfsMountOption.NOSUID, ecs.TmpfsMountOption.NODEV, ecs.TmpfsMountOption.NOEXEC]
    linux.add_tmpfs(ecs.Tmpfs(container_path="/tmp", size=temporary_mib, mount_options=options))  # noqa: S108
    container = definition.add_container(
        name,
        image=image,
        user=user,
        readonly_root_filesystem=True,
        linux_parameters=linux,
        entry_point=list(entry_point) if entry_point else None,
        command=list(command) if command else None,
        environment=dict(environment or {}),
        port_mappings=[ecs.PortMapping(container_port=port) for port in ports] or None,
        stop_timeout=cdk.Duration.seconds(10),
        logging=ecs.LogDrivers.aws_logs(stream_prefix=name.lower(), log_group=log_group),
    )
    container.add_ulimits(ecs.Ulimit(name=ecs.UlimitName.NOFILE, soft_limit=FILES, hard_limit=FILES))
    return container


def pinned_image(scope: Construct, construct_id: str, image: Image, lock: ImageLock) -> ecs.ContainerImage:
    """An image by digest; from ECR with the right to pull it.

    Raises:
        KeyError: the lock has no digest for it.
    """
    pinned = image.pinned(lock)
    if not private_registry(image.root):
        return ecs.ContainerImage.from_registry(pinned)
    host, _, path = image.root.rpartition(":")[0].partition("/")
    account, _, _, region, *_ = host.split(".")
    arn = f"arn:{cdk.Stack.of(scope).partition}:ecr:{region}:{account}:repository/{path}"
    repository = ecr.Repository.from_repository_attributes(
        scope, construct_id, repository_arn=arn, repository_name=path
    )
    return ecs.ContainerImage.from_ecr_repository(repository, pinned.rpartition("@")[2])
