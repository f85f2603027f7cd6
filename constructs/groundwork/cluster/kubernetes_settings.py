"""Which Kubernetes the cluster runs, and on which day that is judged."""

from datetime import date
from typing import Annotated

from pydantic import ValidationInfo, field_validator

from groundwork.cluster.kubernetes_versions import refusals_of_version
from groundwork.settings import Allowed, Section, refuse


class KubernetesSettings(Section):
    """The version of Kubernetes."""

    as_of: Annotated[date, Allowed("a day such as 2026-11-23")]
    """The day on which the version's support is judged: that of the last review. The clock is not read, so that the
    same file gives the same templates tomorrow."""
    version: Annotated[str, Allowed('a version in quotes such as "1.35"')] = "1.35"
    """One minor version at a time; it cannot go back."""

    @field_validator("version")
    @classmethod
    def _version_is_in_standard_support(cls, value: str, info: ValidationInfo) -> str:
        if as_of := info.data.get("as_of"):
            refuse(refusals_of_version(value, as_of=as_of))
        return value
