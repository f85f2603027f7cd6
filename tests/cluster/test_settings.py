"""What the `cluster` section refuses: where, why, and what is allowed instead."""

from typing import Any

import pytest
from pydantic import ValidationError

from groundwork.cluster.settings import ClusterSettings
from tests.cluster.sections import ADMINS, GPU, LEAST, PLAN, SYSTEM, groups, read


def refused(**changes: Any) -> list[str]:
    """Each refusal as `where: why (what is allowed)`."""
    with pytest.raises(ValidationError) as caught:
        read(**changes)
    return [
        f"{'.'.join(map(str, e['loc']))}: {e['msg']} ({e.get('ctx', {}).get('allowed', '')})"
        for e in caught.value.errors()
    ]


def test_the_least_is_enough() -> None:
    settings = read()
    assert (settings.kubernetes.version, settings.expected_nodes) == ("1.35", {"system": 2})


def test_both_examples_are_accepted(settings: dict[str, ClusterSettings]) -> None:
    assert settings["rl-rollouts"].expected_nodes == {"system": 2, "rollouts": 2}
    # Deep checks take longer than a deployment waits, and Karpenter's groups begin with none.
    assert settings["partitions"].expected_nodes == {"system": 2}


EFA = GPU | {"fabric": "efa"}
POOL = {"name": "bursts", "groups": ["gpu"]}
ROOM = GPU | {"count": {"min": 0, "max": 4}}
REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a version out of standard support": (
        {"kubernetes": {"as_of": "2026-11-23", "version": "1.33"}},
        "kubernetes.version: its standard support ended on 2026-07-29 (1.34, 1.35)",
    ),
    "a version that HyperPod does not take": (
        {"kubernetes": {"as_of": "2026-11-23", "version": "1.36"}},
        "kubernetes.version: not a version that HyperPod takes (1.34, 1.35)",
    ),
    "a single administrator": (
        {"access": LEAST["access"] | {"admins": ADMINS[:1]}},
        "access.admins: Tuple should have at least 2 items after validation, not 1",
    ),
    "no break-glass role": ({"access": {"admins": ADMINS}}, "access.break_glass: Field required"),
    "a break-glass role of every day": (
        {"access": {"admins": ADMINS, "break_glass": ADMINS[0]}},
        "access.break_glass: one of `admins` already (a role that only emergencies use)",
    ),
    "an administrator that is a session": (
        {"access": LEAST["access"] | {"admins": [ADMINS[0], "arn:aws:sts::111122223333:assumed-role/a/me"]}},
        "access.admins.1: String should match pattern",
    ),
    "a range that is upside down": (
        groups(GPU | {"count": {"min": 3, "max": 2}}),
        "instance_groups.1.count.NodeRange.max: below the 3 of `min` (3 or more)",
    ),
    "deep checks on tainted nodes": (
        groups(GPU | {"deep_health_checks": ["InstanceStress"], "taints": [{"key": "gpu"}]}),
        "instance_groups.1.deep_health_checks: nodes with taints of their own cannot be checked",
    ),
    "deep checks without an accelerator": (
        groups(SYSTEM | {"name": "more", "deep_health_checks": ["InstanceStress"]}),
        "instance_groups.1.deep_health_checks: ml.m7i.4xlarge has no accelerator to check (none)",
    ),
    "EFA in several zones": (
        groups({k: v for k, v in EFA.items() if k != "zone"}),
        "instance_groups.1.zone: EFA works within one zone (the zone of its nodes)",
    ),
    "EFA on a type without it": (
        groups(GPU | {"type": "ml.g5.xlarge", "fabric": "efa"}),
        "instance_groups.1.fabric: ml.g5.xlarge has no EFA device",
    ),
    "an unknown type": (
        groups(GPU | {"type": "ml.p5en.24xlarge"}),
        "instance_groups.1.type: not an instance type that HyperPod is known to take (ml.p5en.48xlarge)",
    ),
    "more than twenty groups": (
        {"instance_groups": [SYSTEM | {"name": f"g{i}"} for i in range(21)]},
        "instance_groups: Tuple should have at most 20 items",
    ),
    "two groups of one name": (
        groups(SYSTEM),
        "instance_groups.1.name: named twice (each name once)",
    ),
    "a training plan without a zone": (
        groups({key: value for key, value in GPU.items() if key != "zone"} | {"training_plan": PLAN}),
        "instance_groups.1.training_plan: the plan's capacity is in one zone",
    ),
    "a training plan of spot capacity": (
        groups(GPU | {"capacity": "spot", "training_plan": PLAN}),
        "instance_groups.1.training_plan: a training plan is capacity of its own",
    ),
    "partitions of a GPU that has none": (
        groups(GPU | {"type": "ml.g5.48xlarge", "mig": {"layout": "all-1g.10gb"}}),
        "instance_groups.1.mig: ml.g5.48xlarge has no GPU that can be partitioned",
    ),
    "a layout by label": (
        groups(GPU | {"labels": {"nvidia.com/mig.config": "all-1g.18gb"}}),
        "instance_groups.1.labels.nvidia.com/mig.config: set from the group's `mig`",
    ),
    "taints on every group": (
        {"instance_groups": [SYSTEM | {"taints": [{"key": "a"}]}]},
        "instance_groups: no group without taints and deep health checks has a node from the start",
    ),
    "nodes too small for the system": (
        {"instance_groups": [SYSTEM | {"type": "ml.t3.medium", "count": 1}], "lustre": {"zone": 1}},
        "pods: 4 system pods need room, and nodes without taints have 1 at the start",
    ),
    "pods that do not fit": (
        {"pods": 60},
        "pods: 68 pods (6 on each node's behalf, 2 of the system, 60 of `pods`) for the 58 that all nodes take",
    ),
    "a small node beside one whose limit is not published": (
        groups(SYSTEM | {"name": "small", "type": "ml.t3.medium"}, GPU | {"type": "ml.g7e.2xlarge"})
        | {"tiered_storage": 20, "lustre": {"zone": "use1-az4"}},
        "pods: a node takes 5 pods, and the platform's own are 5 (a larger type)",
    ),
    "little memory for tiers": ({"tiered_storage": 10}, "tiered_storage: Input should be greater than or equal to 20"),
    "Karpenter without recovery": (
        {"recovery": "none", "karpenter": [POOL]} | groups(ROOM),
        "karpenter: HyperPod's Karpenter wants faulty nodes to be recovered",
    ),
    "Karpenter without the agent": (
        {"health_agent": False, "karpenter": [POOL]} | groups(ROOM),
        "karpenter: HyperPod's Karpenter wants faulty nodes to be recovered",
    ),
    "Karpenter with an unknown group": (
        {"karpenter": [{"name": "p", "groups": ["nobody"]}]},
        "karpenter.0.groups.0: not an instance group (system)",
    ),
    "Karpenter with nodes from the start": (
        {"karpenter": [POOL]} | groups(GPU),
        "karpenter.0.groups.0: it starts with 2 nodes, which Karpenter would take away (a group with min: 0)",
    ),
    "Karpenter with spot": (
        {"karpenter": [POOL]} | groups(ROOM | {"capacity": "spot"}),
        "karpenter.0.groups.0: Karpenter fills groups with on-demand capacity only",
    ),
    "Karpenter with deep checks": (
        {"karpenter": [POOL]} | groups(ROOM | {"deep_health_checks": ["InstanceConnectivity"]}),
        "karpenter.0.groups.0: deep health checks keep pods waiting",
    ),
    "a group in two pools": (
        {"karpenter": [POOL, POOL | {"name": "other"}]} | groups(ROOM),
        "karpenter.1.groups.0: in the pool bursts already",
    ),
    "Karpenter in several zones": (
        {"karpenter": [POOL]} | groups({k: v for k, v in ROOM.items() if k != "zone"}),
        "karpenter.0.groups.0: Karpenter wants a group's subnets in one zone",
    ),
    "a file system that no node is near": (
        {"lustre": {"zone": "use1-az6"}, "instance_groups": [SYSTEM | {"zone": "use1-az4"}]},
        "lustre.zone: no group has nodes in this zone (use1-az4)",
    ),
    "a file system with EFA and no node with it": (
        {"lustre": {"zone": "use1-az4", "efa": True, "storage_gib": 19200}} | groups(GPU),
        "lustre.efa: no group in its zone has EFA that FSx takes",
    ),
    "a file system with EFA and GPUs that it does not reach so": (
        {"lustre": {"zone": "use1-az4", "efa": True, "storage_gib": 19200}}
        | groups(EFA | {"type": "ml.p4d.24xlarge"}),
        "lustre.efa: no group in its zone has EFA that FSx takes",
    ),
    "a small file system with EFA": (
        {"lustre": {"zone": "use1-az4", "efa": True, "storage_gib": 2400}} | groups(EFA),
        "lustre.storage_gib: with EFA and 250 MB/s for each TiB it comes in steps of 19200 GiB",
    ),
    "a file system of an odd size": (
        {"lustre": {"zone": "use1-az4", "storage_gib": 2000}} | groups(GPU),
        "lustre.storage_gib: not a size that FSx offers (1200, or a multiple of 2400)",
    ),
    "a fabric without EFA": ({"fabric": {}}, "fabric: no group has EFA (none, or a group with fabric: efa)"),
    "a smoke test on one node": (
        {"fabric": {"smoke_test": {"image": "registry.example.com/efa:1.0"}}} | groups(EFA | {"count": 1}),
        "fabric.smoke_test: the test sends from one node to another",
    ),
    "huge pages that leave a node no memory": (
        {"fabric": {"hugepages_mib": 1048576}} | groups(EFA | {"type": "ml.p4d.24xlarge"}),
        "fabric.hugepages_mib: more than half of the 1152 GiB of the smallest node with EFA (0 to 589824)",
    ),
    "a store larger than a node": (
        {"fabric": {"mooncake": {"image": "registry.example.com/mooncake:1.0", "memory_gib": 2000}}} | groups(EFA),
        "fabric.mooncake.memory_gib: more than nine tenths of the 2048 GiB of the smallest node with EFA (1 to 1843)",
    ),
    "an add-on that is not installed": (
        {"addons": {"aws-fsx-csi-driver": "v1.8.0-eksbuild.1"}},
        "addons.aws-fsx-csi-driver: not installed without `lustre`",
    ),
    "an add-on of another section": (
        {"addons": {"external-dns": "v0.18.0-eksbuild.1"}},
        "addons.external-dns.[key]: Input should be 'vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'",
    ),
    "cert-manager without what needs it": (
        {"addons": {"cert-manager": "v1.18.2-eksbuild.1"}},
        "addons.cert-manager: not installed without `training_operator`",
    ),
    "a driver of S3 that asks its node for rights": (
        {"s3": [{"name": "models", "bucket": "models"}]}
        | {"addons": {"aws-mountpoint-s3-csi-driver": "v1.15.0-eksbuild.1"}},
        "addons.aws-mountpoint-s3-csi-driver: takes no rights from the cluster (v2.0.0-eksbuild.1 or later)",
    ),
    "a bucket's name twice": (
        {"s3": [{"name": "models", "bucket": "a-models"}, {"name": "models", "bucket": "b-models"}]},
        "s3.1.name: named twice (each name once)",
    ),
    "a prefix that is a file": (
        {"s3": [{"name": "models", "bucket": "models", "prefix": "llama"}]},
        "s3.0.prefix: String should match pattern",
    ),
    "a check that CloudFormation cannot ask for": (
        groups(GPU | {"deep_health_checks": ["MultiNodeTrainingValidation"]}),
        "instance_groups.1.deep_health_checks.0: Input should be 'InstanceStress' or 'InstanceConnectivity'",
    ),
    "a version that is none": (
        {"addons": {"coredns": "latest"}},
        "addons.coredns: String should match pattern",
    ),
    "a network plugin that HyperPod does not take": (
        {"addons": {"vpc-cni": "v1.18.2-eksbuild.1"}},
        "addons.vpc-cni: HyperPod wants a later one (v1.18.3-eksbuild.1 or later)",
    ),
    "a kube-proxy that is newer than Kubernetes": (
        {"kubernetes": {"as_of": "2026-11-23", "version": "1.34"}, "addons": {"kube-proxy": "v1.35.0-eksbuild.2"}},
        "addons.kube-proxy: newer than the cluster's Kubernetes 1.34 (v1.34.x or older)",
    ),
    "a registry that is none": (
        {"private_registry": "registry.example.com/platform"},
        "private_registry: String should match pattern",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_is_refused(name: str) -> None:
    changes, expected = REFUSALS[name]
    found = refused(**changes)
    assert any(line.startswith(expected) for line in found), found
