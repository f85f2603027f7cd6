"""Which version of EKS's add-ons a cluster gets.

There is no table of defaults here: AWS publishes the versions for each Kubernetes by an API, and by undated pages for
three of these add-ons only. What is not named comes in the version that EKS takes on the day of the deployment.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field

from groundwork.settings import Allowed, Refusal

AddonName = Literal["vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "aws-fsx-csi-driver"]
AddonVersion = Annotated[
    str,
    Field(pattern=r"^v\d+\.\d+\.\d+-eksbuild\.\d+$"),
    Allowed("a version that `aws eks describe-addon-versions` lists, such as v1.19.1-eksbuild.1"),
]
LUSTRE_DRIVER: AddonName = "aws-fsx-csi-driver"
_FIRST_CNI = (1, 18, 3)
"""https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html (read 2026-11-23)."""


def installed_addons(*, lustre: bool) -> tuple[AddonName, ...]:
    """The add-ons of a cluster, with or without a file system."""
    return tuple(name for name in get_args(AddonName) if lustre or name != LUSTRE_DRIVER)


def refusals_of_addons(addons: Mapping[AddonName, str], *, kubernetes: str | None, lustre: bool) -> Iterator[Refusal]:
    """Why versions cannot be installed.

    Args:
        kubernetes: the cluster's version; None where it is not valid itself.
        lustre: whether the cluster has a file system.
    """
    for name, version in addons.items():
        release = _release(version)
        if name not in installed_addons(lustre=lustre):
            yield Refusal(reason="not installed without `lustre`", allowed="none, or a file system", at=(name,))
        elif name == "vpc-cni" and release < _FIRST_CNI:
            yield Refusal(reason="HyperPod wants a later one", allowed="v1.18.3-eksbuild.1 or later", at=(name,))
        elif name == "kube-proxy" and kubernetes and release[:2] > _release(kubernetes):
            reason = f"newer than the cluster's Kubernetes {kubernetes}"
            yield Refusal(reason=reason, allowed=f"v{kubernetes}.x or older", at=(name,))


def unpinned_warning(addons: Mapping[AddonName, str], *, kubernetes: str, lustre: bool) -> str | None:
    """What to say of add-ons whose version is left to EKS."""
    unpinned = [name for name in installed_addons(lustre=lustre) if name not in addons]
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
