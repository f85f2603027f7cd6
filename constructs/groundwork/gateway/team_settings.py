"""Budgets, rate limits, and the teams, users and keys that they hold for."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.foundation.settings import Usd
from groundwork.gateway.names import ModelName, Requests, TeamName, Tokens, at_least_one
from groundwork.settings import Allowed, Refusal, Section, each_once, refuse

Period = Annotated[
    str, Field(pattern=r"^[1-9]\d{0,3}(s|m|h|d|mo)$"), Allowed("a number and s, m, h, d or mo, such as 30d or 1mo")
]


class BudgetSettings(Section):
    """What may be spent in a period, by LiteLLM's prices of the models."""

    max_usd: Usd
    """Calls are refused from here on, in US dollars."""
    period: Period = "1mo"
    """After which the spending counts from zero again."""


class TeamBudgetSettings(BudgetSettings):
    """A team's budget, with a warning: LiteLLM warns of the budgets of teams, and of no other."""

    alert_usd: Usd | None = None
    """Where to warn before that, in US dollars; in the chat of `alerts`."""

    @field_validator("alert_usd")
    @classmethod
    def _warning_comes_before_the_end(cls, value: float | None, info: ValidationInfo) -> float | None:
        most = info.data.get("max_usd")
        if value and most and value >= most:
            refuse([Refusal(reason=f"not below max_usd, which is {most:g}", allowed=f"below {most:g}")])
        return value


class LimitSettings(Section):
    """What may be asked for in a minute. None: no limit."""

    requests_per_minute: Requests | None = None
    """Requests a minute."""
    tokens_per_minute: Tokens | None = None
    """Tokens a minute, in and out."""


class ConcurrencyLimitSettings(LimitSettings):
    """The same, and how much at once."""

    parallel_requests: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Requests at the same time."""


class TeamSettings(Section):
    """A team: its models, its budget and its limits hold for all of its keys together."""

    name: TeamName
    """The team's id and alias."""
    models: Annotated[tuple[ModelName, ...], AfterValidator(at_least_one), AfterValidator(each_once)]
    """The models that its keys may call."""
    budget: TeamBudgetSettings | None = None
    limits: LimitSettings = LimitSettings()
    model_limits: dict[ModelName, LimitSettings] = Field(default_factory=dict)
    """Limits for single models of the team."""

    @field_validator("model_limits")
    @classmethod
    def _limits_are_for_its_models(
        cls, value: dict[str, LimitSettings], info: ValidationInfo
    ) -> dict[str, LimitSettings]:
        models = info.data.get("models", value)
        refuse(
            Refusal(reason="not a model of the team", allowed=", ".join(models), at=(name,), value=name)
            for name in value
            if name not in models
        )
        return value


class UserSettings(Section):
    """What a new user gets."""

    role: Literal["internal_user", "internal_user_viewer"] = "internal_user"
    """`internal_user` makes and deletes own keys; `internal_user_viewer` only looks. Admins are named by hand."""
    models: tuple[ModelName, ...] = ()
    """The models that a user outside of a team may call. None: no model at all."""
    budget: BudgetSettings | None = None


class KeySettings(Section):
    """The most that anybody can give to a key."""

    max_age: Period = "90d"
    """After which a key expires. Its owner makes a new one before: rotation by LiteLLM itself is Enterprise."""
    budget: BudgetSettings | None = None
    limits: ConcurrencyLimitSettings = ConcurrencyLimitSettings()
