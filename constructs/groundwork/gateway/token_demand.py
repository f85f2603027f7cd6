"""How many tokens a minute the teams may ask of each Bedrock model: what its quota has to hold.

Output tokens of newer Claude models count five times against the quota
(https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html, read 2026-11-23). That page lists
Opus 4, Sonnet 4.5, Sonnet 4 and 3.7 Sonnet; later ones are counted like them here, as the smaller surprise.
"""

import re
from collections.abc import Iterator

from groundwork.gateway.model_settings import BedrockDeployment
from groundwork.gateway.settings import GatewaySettings

METADATA = "Groundwork::TokenDemand"
"""Where a template says it; `python -m operations quotas` compares it with the account."""
_BURNDOWN = 5
_OLD_CLAUDE = re.compile(r"^anthropic\.claude-(instant|v2|3-(haiku|sonnet|opus|5-))")
_KINDS = {"in-region": "On-demand", "global": "Global cross-region"}


def burndown(model: str) -> int:
    """What an output token of a model counts against the quota."""
    return _BURNDOWN if model.startswith("anthropic.claude") and not _OLD_CLAUDE.match(model) else 1


def token_demand(gateway: GatewaySettings) -> list[dict[str, str | int | None]]:
    """For each Bedrock deployment: its model, the kind of its quota, the burndown, and the tokens a minute that all
    teams together may ask for; None where one of them has no limit, or where no team is in the file."""
    return [
        {
            "name": name,
            "model": deployment.model,
            "quota": _KINDS.get(deployment.profile, "Cross-region"),
            "burndown": burndown(deployment.model),
            "tokensPerMinute": _most(gateway, name, deployment),
        }
        for name, deployment in _deployments(gateway)
    ]


def _deployments(gateway: GatewaySettings) -> Iterator[tuple[str, BedrockDeployment]]:
    for model in gateway.models:
        for deployment in model.deployments:
            if isinstance(deployment, BedrockDeployment):
                yield model.name, deployment


def _most(gateway: GatewaySettings, name: str, deployment: BedrockDeployment) -> int | None:
    teams = [team for team in gateway.teams if name in team.models]
    limits = [
        (team.model_limits[name].tokens_per_minute if name in team.model_limits else None)
        or team.limits.tokens_per_minute
        for team in teams
    ]
    total = sum(limit for limit in limits if limit) if limits and all(limits) else None
    known = [bound for bound in (total, deployment.tokens_per_minute) if bound is not None]
    return min(known, default=None)
