"""Which version of EKS's add-ons a cluster gets.

There is no table of defaults here: AWS publishes the versions for each Kubernetes by an API, and by undated pages for
three of these add-ons only. What is not named comes in the version that EKS takes on the day of the deployment.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field

from groundwork.settings import Allowed, Refusal

AddonName = Literal[
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "aws-fsx-csi-driver",
    "aws-mountpoint-s3-csi-driver",
    "cert-manager",
    "amazon-sagemaker-hyperpod-training-operator",
]
AddonVersion = Annotated[
    str,
    Field(pattern=r"^v\d+\.\d+\.\d+-eksbuild\.\d+$"),
    Allowed("a version that `aws eks describe-addon-versions` lists, such as v1.19.1-eksbuild.1"),
]
LUSTRE_DRIVER: AddonName = "aws-fsx-csi-driver"
S3_DRIVER: AddonName = "aws-mountpoint-s3-csi-driver"
CERT_MANAGER: AddonName = "cert-manager"
TRAINING_OPERATOR: AddonName = "amazon-sagemaker-hyperpod-training-operator"
_COMES_WITH: Mapping[AddonName, str] = {
    LUSTRE_DRIVER: "lustre",
    S3_DRIVER: "s3",
    CERT_MANAGER: "training_operator",
    TRAINING_OPERATOR: "training_operator",
}
"""The setting of the `cluster` section that brings an add-on; the others are always there."""
_FIRST_CNI = (1, 18, 3)
"""https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html (read 2026-11-23)."""


_FIRST_S3_DRIVER = (2, 0, 0)
"""The first that takes its rights by Pod Identity: https://github.com/awslabs/mountpoint-s3-csi-driver,
docs/CONFIGURATION.md and pull request 451 (read 2026-11-23)."""


def installed_addons(settings: Collection[str]) -> tuple[AddonName, ...]:
    """The add-ons of a cluster.

    Args:
        settings: those of the `cluster` section that bring one, of the ones that are given.
    """
    names: tuple[AddonName, ...] = get_args(AddonName)
    return tuple(name for name in names if name not in _COMES_WITH or _COMES_WITH[name] in settings)


def refusals_of_addons(
    addons: Mapping[AddonName, str], *, kubernetes: str | None, settings: Collection[str]
) -> Iterator[Refusal]:
    """Why versions cannot be installed.

    Args:
        kubernetes: the cluster's version; None where it is not valid itself.
        settings: as for `installed_addons`.
    """
    for name, version in addons.items():
        release = _release(version)
        if name not in installed_addons(settings):
            setting = f"`{_COMES_WITH[name]}`"
            yield Refusal(reason=f"not installed without {setting}", allowed=f"none, or {setting}", at=(name,))
        elif name == S3_DRIVER and release < _FIRST_S3_DRIVER:
            yield Refusal(reason="takes no rights from the cluster", allowed="v2.0.0-eksbuild.1 or later", at=(name,))
        elif name == "vpc-cni" and release < _FIRST_CNI:
            yield Refusal(reason="HyperPod wants a later one", allowed="v1.18.3-eksbuild.1 or later", at=(name,))
        elif name == "kube-proxy" and kubernetes and release[:2] > _release(kubernetes):
            reason = f"newer than the cluster's Kubernetes {kubernetes}"
            yield Refusal(reason=reason, allowed=f"v{kubernetes}.x or older", at=(name,))


def unpinned_warning(addons: Mapping[AddonName, str], *, kubernetes: str, settings: Collection[str]) -> str | None:
    """What to say of add-ons whose version is left to EKS.

    Args:
        settings: as for `installed_addons`.
    """
    unpinned = [name for name in installed_addons(settings) if name not in addons]
    if not unpinned:
        return None
    return (
        f"EKS chooses the version of {', '.join(unpinned)} on the day of the deployment, so the same file can give "
        "another cluster later. Pin them in `cluster.addons`; `aws eks describe-addon-versions --kubernetes-version "
        f"{kubernetes} --addon-name <name>` lists what there is."
    )


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version: (1, 19, 1) of v1.19.1-eksbuild.1."""
    return tuple(map(int, re.findall(r"\d+", version.split("-")[0])))
