"""The `cluster` section of an environment file."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.cluster import group_rules
from groundwork.cluster.accelerator_regions import refusals_of_type
from groundwork.cluster.access_settings import AccessSettings
from groundwork.cluster.addon_versions import AddonName, AddonVersion, refusals_of_addons, unpinned_warning
from groundwork.cluster.fabric_settings import LEAST_HUGEPAGES_MIB, FabricSettings
from groundwork.cluster.health_agent import AGENT_ACCOUNTS
from groundwork.cluster.instance_group_settings import InstanceGroupSettings
from groundwork.cluster.karpenter_settings import NodePoolSettings
from groundwork.cluster.kubernetes_settings import KubernetesSettings
from groundwork.cluster.kubernetes_versions import version_warning
from groundwork.cluster.pod_budget import Platform, pod_limit_warning, refusals_of_pods
from groundwork.cluster.s3_settings import BucketSettings, each_name_once
from groundwork.cluster.storage_settings import LustreSettings
from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.gpu_operator import IMAGE_ACCOUNTS
from groundwork.regions import refusals_of_types
from groundwork.settings import Allowed, Refusal, Section, refuse

_REGISTRY = r"^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(/[a-z0-9]+([._/-][a-z0-9]+)*)?$"


class ClusterSettings(Section):
    """A SageMaker HyperPod cluster on EKS: nodes that are checked, replaced and shared by teams."""

    kubernetes: KubernetesSettings
    access: AccessSettings
    recovery: Literal["automatic", "none"] = "automatic"
    """Whether faulty nodes are restarted or replaced without being asked for."""
    tiered_storage: Annotated[int, Field(ge=20, le=100)] | None = None
    """Per cent of the nodes' memory that keeps checkpoints and caches; 20 is a start. None: nothing."""
    health_agent: bool = True
    """Whether AWS's agent watches the accelerators; recovery acts on what it sees."""
    private_registry: (
        Annotated[
            str,
            Field(pattern=_REGISTRY),
            Allowed("a registry of ECR such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/platform"),
        ]
        | None
    ) = None
    """Where charts and images are copied to, `charts/` and their own names below it. Needed without internet."""
    instance_groups: Annotated[tuple[InstanceGroupSettings, ...], Field(min_length=1, max_length=20)]
    """Groups of nodes; one without taints takes the system's pods."""
    karpenter: Annotated[tuple[NodePoolSettings, ...], Field(max_length=20)] = ()
    """Node pools: their groups grow from zero with what waits for nodes. None: groups have the size that they say."""
    lustre: LustreSettings | None = None
    s3: Annotated[tuple[BucketSettings, ...], Field(max_length=20), AfterValidator(each_name_once)] = ()
    """Buckets that pods mount."""
    fabric: FabricSettings | None = None
    training_operator: bool = False
    """Whether HyperPod's training operator is installed, for jobs of the kind `HyperPodPyTorchJob`. It brings
    cert-manager along."""
    addons: dict[AddonName, AddonVersion] = Field(default_factory=dict[AddonName, AddonVersion])
    """Versions of EKS's add-ons, such as `coredns: v1.12.4-eksbuild.1`. One that is not named comes in the version that
    EKS takes on the day of the deployment."""
    pods: Annotated[int, Field(ge=0)] = 0
    """Pods of your own at the same time: people's Spaces, endpoints, jobs. With the platform's, shared Spaces among
    them, they must fit the nodes."""

    @property
    def could_partition(self) -> bool:
        """Whether some group's GPUs could be partitioned, now or later."""
        return any(group.type in MIG_INSTANCE_TYPES for group in self.instance_groups)

    @property
    def expected_nodes(self) -> dict[str, int]:
        """Nodes by group that have to be there before anything runs on the cluster. Those with deep health checks take
        longer than a deployment can wait: they join when they have passed."""
        waited_for = (group for group in self.instance_groups if group.min_nodes and not group.deep_health_checks)
        return {group.name: group.min_nodes for group in waited_for}

    @property
    def platform(self) -> Platform:
        """What runs on it besides what people run."""
        return _platform(
            self.instance_groups,
            tiered_storage=self.tiered_storage,
            lustre=self.lustre,
            s3=self.s3,
            fabric=self.fabric,
            training_operator=self.training_operator,
        )

    @property
    def hugepages_mib(self) -> int:
        """What a node with EFA reserves, in MiB: one pod's, as that has all of the node's EFA devices."""
        return max(LEAST_HUGEPAGES_MIB, self.fabric.hugepages_mib if self.fabric else 0)

    @property
    def groups_with_lustre_efa(self) -> frozenset[str]:
        """The groups whose nodes talk to the file system by EFA, and do not join without it."""
        lustre = self.lustre
        return frozenset(g.name for g in self.instance_groups if lustre and lustre.reached_by_efa(g))

    @property
    def warnings(self) -> Iterator[tuple[str, str]]:
        """What to say about values that are allowed: a name for the kind, and the words."""
        version = self.kubernetes.version
        if warning := version_warning(version, as_of=self.kubernetes.as_of):
            yield "KubernetesVersion", warning
        brought = _with_addons(lustre=self.lustre, s3=self.s3, training_operator=self.training_operator)
        if warning := unpinned_warning(self.addons, kubernetes=version, settings=brought):
            yield "AddonVersions", warning
        pooled = {name for pool in self.karpenter for name in pool.groups}
        for warning in group_rules.range_warnings(self.instance_groups, pooled=pooled):
            yield "NodeRange", warning
        if warning := pod_limit_warning(self.instance_groups):
            yield "PodLimit", warning
        for warning in self.lustre.warnings_for(self.instance_groups) if self.lustre else ():
            yield "LustreByTcp", warning

    @field_validator("instance_groups")
    @classmethod
    def _groups_fit_together(cls, value: tuple[InstanceGroupSettings, ...]) -> tuple[InstanceGroupSettings, ...]:
        refuse(group_rules.refusals_of_groups(value))
        return value

    @field_validator("karpenter")
    @classmethod
    def _pools_fit_the_groups(
        cls, value: tuple[NodePoolSettings, ...], info: ValidationInfo
    ) -> tuple[NodePoolSettings, ...]:
        if value and {"instance_groups", "recovery", "health_agent"} <= info.data.keys():
            recovers = info.data["recovery"] == "automatic" and info.data["health_agent"]
            refuse(group_rules.refusals_of_pools(value, info.data["instance_groups"], recovers=recovers))
        return value

    @field_validator("lustre")
    @classmethod
    def _nodes_reach_the_file_system(cls, value: LustreSettings | None, info: ValidationInfo) -> LustreSettings | None:
        if value and "instance_groups" in info.data:
            refuse(group_rules.refusals_of_lustre(value, info.data["instance_groups"]))
        return value

    @field_validator("fabric")
    @classmethod
    def _some_nodes_have_the_fabric(cls, value: FabricSettings | None, info: ValidationInfo) -> FabricSettings | None:
        if value and "instance_groups" in info.data:
            tiered = info.data.get("tiered_storage")
            refuse(group_rules.refusals_of_fabric(value, info.data["instance_groups"], tiered_storage=tiered))
        return value

    @field_validator("addons")
    @classmethod
    def _addons_fit_the_cluster(
        cls, value: dict[AddonName, AddonVersion], info: ValidationInfo
    ) -> dict[AddonName, AddonVersion]:
        if {"lustre", "s3", "training_operator"} <= info.data.keys():
            kubernetes: KubernetesSettings | None = info.data.get("kubernetes")
            version = kubernetes.version if kubernetes else None
            brought = _with_addons(**{name: info.data[name] for name in ("lustre", "s3", "training_operator")})
            refuse(refusals_of_addons(value, kubernetes=version, settings=brought))
        return value

    @field_validator("pods")
    @classmethod
    def _pods_fit_the_nodes(cls, value: int, info: ValidationInfo) -> int:
        if groups := info.data.get("instance_groups"):
            platform = _platform(
                groups,
                tiered_storage=info.data.get("tiered_storage"),
                lustre=info.data.get("lustre"),
                s3=info.data.get("s3", ()),
                fabric=info.data.get("fabric"),
                training_operator=info.data.get("training_operator", False),
            )
            refuse(
                Refusal(reason=r.reason, allowed=r.allowed, value=r.value or value)
                for r in refusals_of_pods(groups, platform, own_pods=value)
            )
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """HyperPod, its images and training plans belong to Regions."""
        yield from refusals_of_types("cluster", region)
        if self.health_agent and region not in AGENT_ACCOUNTS:
            reason = f"no image of the agent is known in {region}"
            allowed = f"false, or one of {', '.join(sorted(AGENT_ACCOUNTS))}"
            yield Refusal(reason=reason, allowed=allowed, at=("health_agent",))
        if self.could_partition and not self.private_registry and region not in IMAGE_ACCOUNTS:
            reason = f"no images of the GPU operator, which runs where GPUs could be partitioned, are known in {region}"
            allowed = f"a registry that holds them, or one of {', '.join(sorted(IMAGE_ACCOUNTS))}"
            yield Refusal(reason=reason, allowed=allowed, at=("private_registry",))
        for index, group in enumerate(self.instance_groups):
            if group.training_plan and group.training_plan.split(":")[3] != region:
                at = ("instance_groups", index, "training_plan")
                yield Refusal(reason="of another Region", allowed=f"one of {region}", at=at, value=group.training_plan)
            for refusal in () if group.training_plan else refusals_of_type(group.type, region):
                at = ("instance_groups", index, "type")
                yield Refusal(reason=refusal.reason, allowed=refusal.allowed, at=at, value=group.type)

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """What nodes, their pods and the deployment call."""
        services = """ec2 ec2messages ecr.api ecr.dkr eks eks-auth elasticloadbalancing kms lambda logs monitoring
            sagemaker.api ssm ssmmessages sts""".split()
        services += ["fsx"] if self.lustre else []
        return dict.fromkeys(sorted(services), frozenset({0, 1}))


def _with_addons(**settings: object) -> frozenset[str]:
    """Those settings that are given."""
    return frozenset(name for name, value in settings.items() if value)


def _platform(
    groups: Sequence[InstanceGroupSettings],
    *,
    tiered_storage: int | None,
    lustre: LustreSettings | None,
    s3: Sequence[BucketSettings],
    fabric: FabricSettings | None,
    training_operator: bool,
) -> Platform:
    return Platform(
        gpu_operator=any(group.type in MIG_INSTANCE_TYPES for group in groups),
        tiered_storage=bool(tiered_storage),
        lustre=bool(lustre),
        s3_volumes=sum(len(bucket.namespaces) for bucket in s3),
        training_operator=training_operator,
        kuberay=bool(fabric and fabric.kuberay),
        mooncake=bool(fabric and fabric.mooncake),
        ray_cluster=bool(fabric and fabric.ray_cluster),
    )
