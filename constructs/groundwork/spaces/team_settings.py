"""Who has Spaces, and where."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.settings import Refusal, Section, each_once, refuse
from groundwork.spaces.names import governed_namespace, local_queue
from groundwork.spaces.values import DisplayName, Name, Namespace, PrincipalArn, at_least_one

_RESERVED = ("default", "kube-", "jupyter-k8s-", "aws-hyperpod", "kueue-")


class TeamSettings(Section):
    """A namespace of the cluster, the people in it, and the templates that they have."""

    name: Name
    principals: Annotated[tuple[PrincipalArn, ...], Field(max_length=50)]
    """The roles and users of the people. Two people in one role are told apart by the name of their session."""
    templates: Annotated[tuple[Name, ...], Field(max_length=50), AfterValidator(at_least_one)]
    """The names of templates. The first one is taken where a Space names none."""
    quota: Name | None = None
    """The team's name in the compute quotas of task governance, which makes its namespace and its queue."""
    namespace: Namespace | None = None
    """None: `spaces-<name>`, or with a quota the one that task governance makes."""

    @property
    def namespace_name(self) -> str:
        """The namespace that the team's Spaces live in."""
        if self.quota:
            return governed_namespace(self.quota)
        return self.namespace or f"spaces-{self.name}"

    @property
    def queue(self) -> str | None:
        """The queue that its Spaces wait in for their share of the cluster."""
        return local_queue(self.quota) if self.quota else None

    @field_validator("principals")
    @classmethod
    def _somebody_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            refuse([Refusal(reason="nobody is in the team", allowed="at least one role or user")])
        return each_once(value)

    @field_validator("templates")
    @classmethod
    def _templates_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return each_once(value)

    @field_validator("namespace")
    @classmethod
    def _namespace_is_free(cls, value: str | None, info: ValidationInfo) -> str | None:
        refuse(_refusals_of_namespace(value, info.data.get("quota")))
        return value


class SharedSpaceSettings(Section):
    """A Space that the platform makes and a whole team uses."""

    name: Name
    display_name: DisplayName
    """What people read in a list."""
    team: Name
    """The name of a team."""
    template: Name
    """One of the team's, with `ownership: shared`."""


def _refusals_of_namespace(namespace: str | None, quota: str | None) -> Iterator[Refusal]:
    if namespace is None:
        return
    if quota:
        reason = "task governance names the namespace of a team with a quota"
        yield Refusal(reason=reason, allowed=f"none, which is {governed_namespace(quota)}, or no quota")
    elif namespace.startswith(_RESERVED):
        yield Refusal(reason="belongs to the cluster or the add-on", allowed="a namespace of the team's own")
    elif namespace.startswith("hyperpod-ns-"):
        yield Refusal(reason="task governance makes such namespaces", allowed="quota, or another name")
