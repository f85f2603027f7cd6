"""The `governance` section of an environment file: how teams share the cluster."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.cluster.addon_versions import AddonVersion
from groundwork.cluster.pod_budget import refusals_of_pods
from groundwork.cluster.settings import ClusterSettings
from groundwork.governance.capacity import Amount, capacities
from groundwork.governance.share_settings import ShareSettings
from groundwork.regions import refusals_of_types
from groundwork.settings import Allowed, Refusal, Section, refuse

QuotaName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9](-?[a-z0-9])*$", max_length=40),
    Allowed("at most 40 lower-case letters, digits and single inner hyphens"),
]
_SHARING = {"lend-and-borrow": "LendAndBorrow", "lend": "Lend", "keep": "DontLend"}


class PriorityClass(Section):
    """What goes first when tasks of a team wait: the heavier one."""

    name: QuotaName
    """Tasks name it `<name>-priority`."""
    weight: Annotated[int, Field(ge=0, le=100)]


class TeamQuota(Section):
    """A team's share: what is its own at any time, and what it may take of what others leave idle."""

    name: QuotaName
    """The team. Its namespace is `hyperpod-ns-<name>`."""
    weight: Annotated[int, Field(ge=0, le=100)] = 0
    """The team's turn when several want what is idle, beside the others' weights."""
    guarantees: Annotated[tuple[ShareSettings, ...], Field(max_length=15)] = ()
    """What the team gets at once when it asks. None: only what others leave idle."""
    sharing: Literal["lend-and-borrow", "lend", "keep"] = "lend-and-borrow"
    """What happens to the team's share while it is idle, and whether it may use others'."""
    borrow_percent: Annotated[int, Field(ge=1, le=10000)] | None = None
    """The most that the team borrows, in per cent of its guarantees. None: 50."""
    borrow: Annotated[tuple[ShareSettings, ...], Field(max_length=15)] = ()
    """The most that the team borrows, as amounts."""
    preempt: bool = True
    """Whether its tasks of higher priority end its own of lower priority."""

    @property
    def api_strategy(self) -> str:
        return _SHARING[self.sharing]

    @field_validator("borrow_percent", "borrow")
    @classmethod
    def _only_borrowers_have_limits(cls, value: object, info: ValidationInfo) -> object:
        if value and info.data.get("sharing") in ("lend", "keep"):
            reason = f"the team does not borrow: sharing is {info.data['sharing']}"
            refuse([Refusal(reason=reason, allowed="none, or sharing: lend-and-borrow")])
        return value

    @field_validator("borrow_percent")
    @classmethod
    def _percent_of_something(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and info.data.get("guarantees") == ():
            reason = "per cent of nothing: the team has no guarantees"
            refuse([Refusal(reason=reason, allowed="none, with amounts in `borrow`")])
        return value


def _named_once(values: "tuple[PriorityClass | TeamQuota, ...]") -> "tuple[PriorityClass | TeamQuota, ...]":
    seen: set[str] = set()
    refusals: list[Refusal] = []
    for index, value in enumerate(values):
        if value.name in seen:
            refusals.append(Refusal(reason="stands twice", allowed="a name of its own", at=(index, "name")))
        seen.add(value.name)
    refuse(refusals)
    return values


class GovernanceSettings(Section):
    """Task governance: teams' quotas, priorities, and what happens to capacity that is idle."""

    addon_version: AddonVersion | None = None
    """Of `amazon-sagemaker-hyperpod-taskgovernance`, such as v1.6.1-eksbuild.1. None: EKS's default."""
    fair_share: bool = True
    """Whether teams take turns by weight for what is idle; otherwise who comes first is served first."""
    idle_sharing: bool = True
    """Whether capacity that no team has a quota for is shared as well."""
    priorities: Annotated[tuple[PriorityClass, ...], Field(max_length=10), AfterValidator(_named_once)] = (
        PriorityClass(name="inference", weight=100),
        PriorityClass(name="training", weight=75),
        PriorityClass(name="spaces", weight=50),
    )
    """From most to least urgent."""
    teams: Annotated[tuple[TeamQuota, ...], Field(max_length=50), AfterValidator(_named_once)] = ()

    @property
    def system_pods(self) -> int:
        """Pods that it brings: Kueue's controller (https://github.com/kubernetes-sigs/kueue, charts/kueue)."""
        return 1

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """The scheduler's policy is not in every Region that has HyperPod."""
        yield from refusals_of_types("governance", region)

    def refusals_with(self, cluster: ClusterSettings | None) -> Iterator[Refusal]:
        """What the cluster cannot keep to. Promises that together are more than there is are none."""
        if cluster is None:
            yield Refusal(reason="there is nothing to share", allowed="a `cluster` section")
            return
        platform = replace(cluster.platform, more_anywhere=self.system_pods)
        for refusal in refusals_of_pods(cluster.instance_groups, platform, own_pods=cluster.pods):
            yield Refusal(reason=refusal.reason, allowed=refusal.allowed, value=refusal.value)
        there = capacities(cluster.instance_groups)
        promised: dict[str, Amount] = {}
        for index, team in enumerate(self.teams):
            own: dict[str, Amount] = {}
            for place, share in enumerate(team.guarantees):
                at = ("teams", index, "guarantees", place)
                if share.type not in there:
                    yield _no_such_type(share.type, there, at)
                    continue
                own.setdefault(share.type, Amount()).add(share.amount)
                promised.setdefault(share.type, Amount()).add(share.amount)
                for part, (asked, most) in promised[share.type].beyond(there[share.type]).items():
                    before = "with the teams before, " if asked > share.amount.parts().get(part, 0) else ""
                    reason = f"{before}{asked:g} {part} of {share.type} are promised"
                    offered = there[share.type].in_words()
                    allowed = f"{most:g} in all" if most else f"none of them; there are {offered}"
                    yield Refusal(reason=reason, allowed=allowed, at=at, value=str(share))
            for place, share in enumerate(team.borrow):
                at = ("teams", index, "borrow", place)
                if share.type not in there:
                    yield _no_such_type(share.type, there, at)
                    continue
                together = Amount()
                together.add(own.get(share.type, Amount()))
                together.add(share.amount)
                for part, (asked, most) in together.beyond(there[share.type]).items():
                    reason = f"with its guarantees, the team would have {asked:g} {part} of {share.type}"
                    yield Refusal(reason=reason, allowed=f"{most:g} in all", at=at, value=str(share))

    def warnings_with(self, cluster: ClusterSettings) -> Iterator[tuple[str, str]]:
        """What to say about values that are allowed: a name for the kind, and the words. Guarantees wait for nodes that
        need not be there: those of groups with a range."""
        if not self.addon_version:
            yield (
                "AddonVersions",
                "EKS chooses the version of the task governance add-on on the day of the deployment. Pin it in "
                "`governance.addon_version`.",
            )
        there = capacities(cluster.instance_groups, smallest=True)
        promised: dict[str, Amount] = {}
        for share in (share for team in self.teams for share in team.guarantees):
            promised.setdefault(share.type, Amount()).add(share.amount)
        for instance_type, amount in promised.items():
            for part, (asked, least) in amount.beyond(there.get(instance_type, Amount())).items():
                yield (
                    "Guarantees",
                    f"Teams are guaranteed {asked:g} {part} of {instance_type}, and {least:g} are there while its "
                    "groups have the least nodes that they may: a guarantee beyond that waits for a node.",
                )


def _no_such_type(instance_type: str, there: dict[str, Amount], at: tuple[str | int, ...]) -> Refusal:
    return Refusal(
        reason="no instance group has this type",
        allowed=", ".join(there),
        at=(*at, "type"),
        value=instance_type,
    )
