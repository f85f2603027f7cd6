"""What the `cluster` section allows and says something about."""

from typing import Any

from tests.cluster.sections import GPU, groups, read

PINS = {
    "vpc-cni": "v1.19.2-eksbuild.1",
    "kube-proxy": "v1.34.0-eksbuild.2",
    "eks-pod-identity-agent": "v1.3.4-eksbuild.1",
    "coredns": "v1.12.4-eksbuild.1",
}
RANGE = GPU | {"count": {"min": 1, "max": 6}}


def said(**changes: Any) -> dict[str, str]:
    return dict(read(**{"addons": PINS, **changes}).warnings)


def test_a_file_that_says_everything_is_left_in_peace() -> None:
    assert said() == {}


def test_a_version_that_ends_soon() -> None:
    assert said(kubernetes={"as_of": "2026-11-23", "version": "1.34"}) == {
        "KubernetesVersion": "Standard support of Kubernetes 1.34 ends on 2026-12-02, in 9 days; plan the upgrade."
    }


def test_nodes_whose_limit_of_pods_nobody_publishes() -> None:
    unknown = GPU | {"name": "fast", "type": "ml.p6-b300.48xlarge"}
    assert "PodLimit" not in said(**groups(GPU))
    assert said(pods=100000, **groups(GPU, unknown))["PodLimit"].startswith(
        "AWS publishes no limit of pods for the nodes of fast (ml.p6-b300.48xlarge), so nobody has checked"
    )


def test_add_ons_without_a_version() -> None:
    (warning,) = said(addons={"coredns": PINS["coredns"]}).values()
    assert warning.startswith("EKS chooses the version of vpc-cni, kube-proxy, eks-pod-identity-agent on the day")
    assert "describe-addon-versions --kubernetes-version 1.35" in warning


def test_the_driver_of_the_file_system_counts_where_there_is_one() -> None:
    (warning,) = said(lustre={"zone": "use1-az4"}, **groups(GPU)).values()
    assert warning.startswith("EKS chooses the version of aws-fsx-csi-driver on the day")


def test_a_range_that_nothing_scales_within() -> None:
    warning = said(**groups(RANGE))["NodeRange"]
    assert warning.startswith("The group gpu asks for all of its 6 nodes at once and keeps as many as it gets")


def test_a_range_that_karpenter_fills() -> None:
    room = GPU | {"count": {"min": 0, "max": 4}}
    assert said(karpenter=[{"name": "bursts", "groups": ["gpu"]}], **groups(room)) == {}


def test_groups_with_efa_that_reach_the_file_system_by_tcp() -> None:
    lustre = {"zone": "use1-az4", "efa": True, "storage_gib": 19200}
    near, pins = GPU | {"fabric": "efa"}, {**PINS, "aws-fsx-csi-driver": "v1.8.0-eksbuild.1"}
    old, far = near | {"name": "old", "type": "ml.p4d.24xlarge"}, near | {"name": "far", "zone": "use1-az6"}
    warnings = [words for _, words in read(lustre=lustre, addons=pins, **groups(near, old, far)).warnings]
    assert warnings == [
        "The nodes of old reach the file system of zone use1-az4 by TCP: FSx takes no EFA of ml.p4d.24xlarge.",
        "The nodes of far reach the file system of zone use1-az4 by TCP: it is in zone use1-az6.",
    ]
    assert read(lustre=lustre, **groups(near, old, far)).groups_with_lustre_efa == {"gpu"}
