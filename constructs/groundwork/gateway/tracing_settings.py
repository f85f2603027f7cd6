"""Where records of the calls go, and who hears of trouble."""

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator

from groundwork.gateway.names import HttpsUrl, SecretName, at_least_one, has_port
from groundwork.settings import Allowed, Refusal, Section, refuse

AlertType = Literal[
    "llm_exceptions",
    "llm_too_slow",
    "llm_requests_hanging",
    "budget_alerts",
    "db_exceptions",
    "daily_reports",
    "spend_reports",
    "cooldown_deployment",
    "outage_alerts",
]


class OtelSettings(Section):
    """OpenTelemetry: spans to a collector beside or near the gateway."""

    endpoint: Annotated[
        str,
        AfterValidator(has_port),
        Field(pattern=r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s?#]*)?$"),
        Allowed("an address such as http://collector.internal.example.com:4318"),
    ]
    """The collector's address."""
    protocol: Literal["otlp_http", "otlp_grpc"] = "otlp_http"
    """How it is spoken to."""

    @field_validator("endpoint")
    @classmethod
    def _somebody_listens(cls, value: str) -> str:
        if urlsplit(value).hostname in ("localhost", "127.0.0.1"):
            refuse([Refusal(reason="nothing else runs in the gateway's task", allowed="the address of a collector")])
        return value


class LangfuseSettings(Section):
    """Langfuse, by way of OpenTelemetry."""

    host: HttpsUrl
    """Its address, on the internet or in the VPC."""
    reach: Literal["internet", "vpc"] = "internet"
    """Where that is."""
    public_key: SecretName
    """Name of the secret below `secrets` that holds the public key."""
    secret_key: SecretName
    """Name of the secret below `secrets` that holds the secret key."""


class OpikSettings(Section):
    """Opik of Comet, in its cloud."""

    workspace: Annotated[str, Field(min_length=1, max_length=150)]
    """The workspace."""
    api_key: SecretName
    """Name of the secret below `secrets` that holds the key."""


class TracingSettings(Section):
    """Records of every call with its user, team, model, tokens and cost. They hold no prompts, unless asked for."""

    prometheus: bool = True
    """Metrics on `/metrics`, which is closed to the outside."""
    archive: bool = True
    """A record of each call in a bucket of the gateway, by team and day."""
    archive_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """For how long the archive keeps a record, in days."""
    prompts: bool = False
    """Keep prompts and answers in the records: they are what the users wrote."""
    spend_log_retention: Annotated[str, Field(pattern=r"^[1-9]\d{0,3}d$"), Allowed("a number of days such as 90d")] = (
        "90d"
    )
    """For how long the database keeps a row for each call."""
    otel: OtelSettings | None = None
    langfuse: LangfuseSettings | None = None
    opik: OpikSettings | None = None

    def secrets(self) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """Path, environment variable and secret of each value that is read from a secret."""
        if self.langfuse:
            yield ("langfuse", "public_key"), "LANGFUSE_PUBLIC_KEY", self.langfuse.public_key
            yield ("langfuse", "secret_key"), "LANGFUSE_SECRET_KEY", self.langfuse.secret_key
        if self.opik:
            yield ("opik", "api_key"), "OPIK_API_KEY", self.opik.api_key


class AlertSettings(Section):
    """Messages of the proxy itself, to a chat: budgets that run out, models that fail."""

    webhook: SecretName
    """Name of the secret below `secrets` that holds the address of a webhook of Slack, or of one that speaks alike."""
    types: Annotated[tuple[AlertType, ...], AfterValidator(at_least_one)] = (
        "budget_alerts",
        "db_exceptions",
        "outage_alerts",
        "spend_reports",
    )
    """What is told."""
    slow_seconds: Annotated[int, Field(ge=10, le=3600)] = 300
    """From when on a call counts as slow, in seconds."""
