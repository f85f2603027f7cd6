"""What the add-on needs beside itself."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from groundwork.cluster.addon_versions import AddonVersion
from groundwork.images import Image
from groundwork.settings import Allowed, Refusal, Section, refuse

_FIRST_DRIVER = (1, 47, 0)
"""https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-ebs.html (read 2026-11-23)."""


class OwnAddon(Section):
    """An add-on of EKS that may be installed already."""

    install: bool = True
    """False: the cluster has it."""
    version: AddonVersion | None = None
    """None: the one that EKS names as the default of the cluster's version."""

    @property
    def release(self) -> tuple[int, ...]:
        """The numbers of the version: (1, 47, 0) of v1.47.0-eksbuild.1; empty where none is given."""
        return tuple(map(int, self.version.split("-")[0][1:].split("."))) if self.version else ()

    @field_validator("version")
    @classmethod
    def _of_what_is_installed(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and info.data.get("install") is False:
            refuse([Refusal(reason="it is not installed here", allowed="none, or install: true")])
        return value


class LoadBalancerControllerSettings(Section):
    """AWS Load Balancer Controller, once in a cluster: the inference operator must not bring its own beside it."""

    install: bool = True
    """False: the cluster has it, from the inference operator or by hand."""
    repository: Annotated[
        str,
        Field(pattern=r"^(https|oci)://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9._-]+)*$"),
        Allowed("the address of a chart repository, https:// or oci://"),
    ] = "https://aws.github.io/eks-charts"
    """Where the chart is fetched from. Without internet: a repository of your own in ECR, `oci://...`."""
    image: Image | None = None
    """None: the image and tag that the chart names."""


class DependencySettings(Section):
    """Add-ons and charts that are installed before the add-on."""

    cert_manager: OwnAddon = OwnAddon()
    ebs_csi: OwnAddon = OwnAddon()
    external_dns: OwnAddon = OwnAddon()
    """Only for the web page and for direct SSH."""
    load_balancer_controller: LoadBalancerControllerSettings = LoadBalancerControllerSettings()
    """Only for the web page."""

    @field_validator("ebs_csi")
    @classmethod
    def _driver_knows_hyperpod(cls, value: OwnAddon) -> OwnAddon:
        if value.release and value.release < _FIRST_DRIVER:
            reason = "cannot attach a volume to a node of HyperPod"
            refuse([Refusal(reason=reason, allowed="v1.47.0 or later", at=("version",), value=value.version)])
        return value
