"""Bedrock's tokens a minute: what teams may ask for, beside what the account has."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from operations.local.assembly import Environment

METADATA = "Groundwork::TokenDemand"
Verdict = Literal["enough", "depends", "short", "unlimited", "unknown"]


@dataclass(frozen=True, kw_only=True)
class TokenQuota:
    """One deployment of a model, and the quota that holds for it."""

    name: str
    """What callers ask for."""
    model: str
    kind: str
    """On-demand, Cross-region or Global cross-region."""
    burndown: int
    """What an output token counts."""
    demand: int | None
    """Tokens a minute that all teams together may ask for; None: no limit."""
    quota_name: str | None
    """As the account names it; None: no quota of the account has the model's words."""
    quota: float | None
    """Tokens a minute."""

    @property
    def verdict(self) -> Verdict:
        """Whether the quota holds: whatever the share of output, up to a share, or not even for input alone."""
        if self.quota is None:
            return "unknown"
        if self.demand is None:
            return "unlimited"
        if self.demand * self.burndown <= self.quota:
            return "enough"
        return "depends" if self.demand <= self.quota else "short"

    @property
    def output_share(self) -> float | None:
        """The largest share of output tokens, 0 to 1, with which all of the demand fits; None where it is no matter."""
        if self.verdict != "depends" or self.quota is None or self.demand is None:
            return None
        return (self.quota / self.demand - 1) / (self.burndown - 1)


def demands_of(environment: Environment) -> dict[str, list[dict[str, Any]]]:
    """What the environment's templates say that they will ask for, by Region."""
    found: dict[str, list[dict[str, Any]]] = {}
    for stack in environment.stacks:
        entries = json.loads(stack.template.read_text(encoding="utf-8")).get("Metadata", {}).get(METADATA, [])
        if entries:
            found.setdefault(stack.region, []).extend(entries)
    return found


def compare(demands: Iterable[Mapping[str, Any]], quotas: Iterable[Mapping[str, Any]]) -> list[TokenQuota]:
    """Find the quota of each demand.

    Args:
        quotas: as `ListServiceQuotas` answers them.
    """
    listed = list(quotas)
    found: list[TokenQuota] = []
    for demand in demands:
        quota = _quota_of(demand["model"], demand["quota"], listed)
        found.append(
            TokenQuota(
                name=demand["name"],
                model=demand["model"],
                kind=demand["quota"],
                burndown=demand["burndown"],
                demand=demand["tokensPerMinute"],
                quota_name=quota["QuotaName"] if quota else None,
                quota=quota["Value"] if quota else None,
            )
        )
    return found


def _quota_of(model: str, kind: str, quotas: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    # "Cross-region model inference tokens per minute for Anthropic Claude Opus 4.5 V1": the kind begins the name, and
    # of several that have all words of the model, the one with the fewest others is meant.
    wanted = _words_of(model)
    pattern = re.compile(rf"^{re.escape(kind)}\b.*\btokens per minute for (?P<model>.+)$", re.IGNORECASE)
    candidates: list[tuple[int, str, Mapping[str, Any]]] = []
    for quota in quotas:
        if (match := pattern.match(quota["QuotaName"])) and wanted <= (words := set(match["model"].lower().split())):
            candidates.append((len(words), quota["QuotaName"], quota))
    return min(candidates, key=lambda each: each[:2])[2] if candidates else None


def _words_of(model: str) -> set[str]:
    name = re.sub(r"-v\d+(:\d+)?$", "", model.partition(".")[2])
    name = re.sub(r"-\d{8}$", "", name)
    # claude-opus-4-5 is "Claude Opus 4.5".
    return set(re.sub(r"(?<=\d)-(?=\d)", ".", name).split("-"))
