"""The `foundation` section of an environment file."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.settings import Allowed, Email, LogRetentionDays, Refusal, Section, refuse

Usd = Annotated[float, Field(gt=0, le=100_000_000), Allowed("US dollars, above 0")]


class BudgetSettings(Section):
    """A monthly cost budget that reports at 50, 80 and 100 % of actual cost and at 100 % of the forecast."""

    monthly_usd: Usd
    """The limit, in US dollars a month."""
    scope: Literal["account", "environment"] = "account"
    """`environment` counts only what carries this environment's tag: activate `environment` as a cost allocation tag
    in the payer account first, or the budget stays at zero."""


class CostAnomalySettings(Section):
    """Cost Anomaly Detection, reported to the alarm topic as soon as it sees something."""

    minimum_usd: Usd = 100
    """Smallest impact of an anomaly that is reported, in US dollars."""
    monitor: Annotated[
        str,
        Field(pattern=r"^(create|arn:aws:ce::\d{12}:anomalymonitor/[0-9a-f-]{36})$"),
        Allowed("create, or the ARN of a monitor"),
    ] = "create"
    """`create`, or the ARN of the monitor of services that the account already has: AWS allows one per account, and
    opens it by itself where Cost Explorer was enabled in the console."""


class BackupSettings(Section):
    """The backup vault and plan for everything in the environment that is tagged for backup."""

    retention_days: Annotated[int, Field(ge=7, le=36_500)] = 35
    """Days for which a daily recovery point is kept."""
    cold_after_days: Annotated[int, Field(ge=1)] | None = None
    """Days after which a recovery point moves to cold storage, where its type can; it must then stay 90 days."""
    locked: bool = False
    """Whether nobody can delete a recovery point before its time (Vault Lock in governance mode)."""

    @field_validator("cold_after_days")
    @classmethod
    def _cold_storage_holds_for_90_days(cls, value: int | None, info: ValidationInfo) -> int | None:
        retention = info.data.get("retention_days")
        if value and retention and value + 90 > retention:
            allowed = f"at most {retention - 90} with retention_days {retention}" if retention > 90 else "none"
            refuse([Refusal(reason="cold storage is billed for at least 90 days", allowed=allowed)])
        return value


class FoundationSettings(Section):
    """Keys, log and artifact buckets, alarm topic and permissions boundary always; the rest where it is given."""

    alarm_emails: Annotated[tuple[Email, ...], Field(max_length=10)] = ()
    """Who is mailed when an alarm, a budget or a backup calls. None given: the owner."""
    log_retention_days: LogRetentionDays = 365
    """Days for which access logs are kept."""
    artifact_versions_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days for which an overwritten or deleted artifact can be brought back."""
    budget: BudgetSettings | None = None
    cost_anomaly: CostAnomalySettings | None = None
    backup: BackupSettings | None = None
