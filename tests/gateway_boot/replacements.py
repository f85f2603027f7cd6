"""All that the boot test changes of what the template gives the container, and why. Nothing else is changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.gateway_boot.installed import QUERY_ENGINE


@dataclass(frozen=True, kw_only=True)
class Loopback:
    """Where on this machine the servers are that stand for the deployed ones."""

    database_port: int
    cache_port: int
    """Of the cache behind TLS."""
    provider: str
    """The model provider's base URL."""
    collector: str
    """The OpenTelemetry collector's base URL."""
    aws: str
    """The embedded engine's URL, for every service of AWS."""
    trust: Path
    """PEM: the issuer of the certificates of the engine and of the cache."""
    credentials: Mapping[str, str]
    """A session of the task's role, as boto3's variables name it."""


STARTUP = Path(__file__).parent / "startup"
Variable = tuple[str, Callable[[Loopback, Path], str], str]

ENVIRONMENT: tuple[Variable, ...] = (
    ("DATABASE_PORT", lambda to, _: str(to.database_port), "a free port"),
    ("DATABASE_SSLMODE", lambda _, __: "disable", "the PostgreSQL of the tests is built without TLS"),
    ("REDIS_PORT", lambda to, _: str(to.cache_port), "a free port"),
    ("AWS_ENDPOINT_URL_S3", lambda to, _: to.aws, "S3 is the embedded engine's"),
    ("AWS_BEDROCK_RUNTIME_ENDPOINT", lambda to, _: to.aws, "Bedrock is the embedded engine's"),
    ("AWS_CA_BUNDLE", lambda to, _: str(to.trust), "the engine's certificate is its own"),
    ("SSL_CERT_FILE", lambda to, _: str(to.trust), "so is the cache's"),
    *(
        (name, lambda to, _, name=name: to.credentials[name], "Fargate hands them over at an address of its own")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    ),
    *(
        (name, lambda to, _, name=name: to.credentials[name], "Fargate sets it")
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION")
    ),
    ("OPENAI_BASE_URL", lambda to, _: to.provider, "OpenAI is the provider of the tests"),
    ("SLACK_WEBHOOK_URL", lambda to, _: f"{to.collector}/chat", "the chat is nobody's"),
    ("OTEL_ENDPOINT", lambda to, _: to.collector, "the collector is the tests' own"),
    ("PRISMA_QUERY_ENGINE_BINARY", lambda _, __: str(QUERY_ENGINE), "the image has it as a binary"),
    ("LITELLM_LOCAL_MODEL_COST_MAP", lambda _, __: "True", "the tests reach no network"),
    ("PYTHONPATH", lambda _, __: str(STARTUP), "five starts on two processors: garbage is collected less often"),
    *(
        (name, lambda _, folder, name=name: str(folder / name.lower()), "every proxy of this machine has its own")
        for name in ("HOME", "LITELLM_MIGRATION_DIR", "LITELLM_UI_PATH", "LITELLM_ASSETS_PATH", "XDG_CACHE_HOME")
    ),
)
"""Variable, value, reason."""

_MODELS_URL = "http://models.internal.example.com/v1"


def environment(deployed: Mapping[str, str], secrets: Mapping[str, str], to: Loopback, folder: Path) -> dict[str, str]:
    """The container's environment, on loopback. `folder` stands for `/tmp` of the container."""
    return {**deployed, **secrets, **{name: value(to, folder) for name, value, _ in ENVIRONMENT}}


def configuration(text: str, to: Loopback) -> str:
    """The configuration file, on loopback."""
    yaml = YAML()
    config: dict[str, Any] = yaml.load(text)
    for entry in config["model_list"]:
        # The provider of the section's openai-compatible models is the tests' own.
        if entry["litellm_params"].get("api_base") == _MODELS_URL:
            entry["litellm_params"]["api_base"] = to.provider
    # LiteLLM's archive does not read boto3's AWS_ENDPOINT_URL_S3.
    config["litellm_settings"]["s3_callback_params"]["s3_endpoint_url"] = to.aws
    changed = StringIO()
    yaml.dump(config, changed)
    return changed.getvalue()
