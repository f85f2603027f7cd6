"""The `foundation` section of an environment file."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork import regions
from groundwork.settings import Allowed, Email, LogRetentionDays, Refusal, Section, each_once, refuse

BACKUP_TAG = "backup"
"""Tag key of what the environment's plan backs up; the value is the environment's name."""

Usd = Annotated[float, Field(gt=0, le=100_000_000), Allowed("US dollars, above 0 and at most 100 million")]


class BudgetSettings(Section):
    """A monthly cost budget that reports at 50, 80 and 100 % of actual cost and at 100 % of the forecast."""

    monthly_usd: Usd
    """The limit, in US dollars a month."""
    scope: Literal["account", "environment"] = "account"
    """`environment` counts only what carries this environment's tag: activate `environment` as a cost allocation tag
    in the payer account first, or the budget stays at zero."""


class CostAnomalySettings(Section):
    """Cost Anomaly Detection, reported to the alarm topic as soon as it sees something."""

    monitor: Annotated[
        str,
        Field(pattern=r"^(create|arn:aws:ce::\d{12}:anomalymonitor/[0-9a-f-]{36})$"),
        Allowed("create, or the ARN of a monitor"),
    ]
    """The ARN of the monitor of services that the account has, or `create` where it has none: AWS allows one per
    account, and makes it by itself where Cost Explorer was enabled in the console."""
    minimum_usd: Usd = 100
    """Smallest impact of an anomaly that is reported, in US dollars."""


class BackupSettings(Section):
    """The backup vault and a daily plan for what the stacks tag for backup. AWS Backup must be opted in to the types
    concerned, once per Region, in its own settings."""

    retention_days: Annotated[int, Field(ge=7, le=36_500)] = 35
    """Days for which a daily recovery point is kept."""
    cold_after_days: Annotated[int, Field(ge=1)] | None = None
    """Days after which a recovery point moves to cold storage, where its type can; it must then stay 90 days."""
    locked: bool = False
    """Vault Lock in governance mode: no role of the environment can delete a recovery point before its time, only an
    administrator who lifts the lock first."""

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

    alarm_emails: Annotated[tuple[Email, ...], Field(max_length=10), AfterValidator(each_once)] = ()
    """Who is mailed when an alarm, a budget or a backup calls. None given: the owner."""
    log_retention_days: LogRetentionDays = 365
    """Days for which access logs are kept."""
    artifact_versions_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days for which an overwritten or deleted artifact can be brought back."""
    budget: BudgetSettings | None = None
    cost_anomaly: CostAnomalySettings | None = None
    backup: BackupSettings | None = None

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Budgets and Cost Anomaly Detection cannot be created from every Region."""
        for part in ("budget", "cost_anomaly"):
            if getattr(self, part):
                yield from regions.refusals_of_types(f"foundation.{part}", region, at=(part,))
