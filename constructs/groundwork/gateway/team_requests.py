"""Teams as LiteLLM's API takes them: it has no place for them in its configuration file.

Source: `NewTeamRequest` and `UpdateTeamRequest` of LiteLLM 1.104.0. Fields that its source marks as Enterprise
(guardrails, tags, logging of a team) are not used.
"""

from typing import Any

from groundwork.gateway.config_models import called_by
from groundwork.gateway.settings import GatewaySettings
from groundwork.gateway.team_settings import TeamSettings


def team_requests(gateway: GatewaySettings) -> list[dict[str, Any]]:
    """The body of `POST /team/new` for each team, and of `POST /team/update` for one that is there. What the section
    does not say is null, so that a limit taken out of the file is taken from the team as well."""
    return [_request(team, called_by(gateway, team)) for team in gateway.teams]


def _request(team: TeamSettings, aliases: dict[str, str]) -> dict[str, Any]:
    budget = team.budget
    limits = {aliases.get(model, model): limit for model, limit in sorted(team.model_limits.items())}
    return {
        "team_id": team.name,
        "team_alias": team.name,
        "models": [aliases.get(model, model) for model in team.models],
        # The team asks for the model by its own name, and gets it through its own profile.
        "model_aliases": aliases,
        "max_budget": budget.max_usd if budget else None,
        "soft_budget": budget.alert_usd if budget else None,
        "budget_duration": budget.period if budget else None,
        "rpm_limit": team.limits.requests_per_minute,
        "tpm_limit": team.limits.tokens_per_minute,
        "model_rpm_limit": {m: x.requests_per_minute for m, x in limits.items() if x.requests_per_minute},
        "model_tpm_limit": {m: x.tokens_per_minute for m, x in limits.items() if x.tokens_per_minute},
    }
