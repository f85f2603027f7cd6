"""What the section puts into the container's environment. Connections to database and cache come from the service."""

from groundwork.gateway.names import variable
from groundwork.gateway.settings import GatewaySettings


def plain_environment(gateway: GatewaySettings, *, internet: bool) -> dict[str, str]:
    """Variables that are no secrets, by name.

    Args:
        internet: whether the container reaches the internet; without it the price list of the image is used.
    """
    found = {
        "LITELLM_LOCAL_MODEL_COST_MAP": None if internet else "True",
        # The listener closes these paths already; this is the container's own lock.
        **dict.fromkeys(("NO_DOCS", "NO_REDOC", "NO_OPENAPI"), None if gateway.docs else "True"),
        "DISABLE_ADMIN_UI": None if gateway.ui else "True",
        "PROXY_BASE_URL": None if gateway.exposure == "cloudfront" else f"https://{gateway.domain.name}",
    }
    tracing = gateway.tracing
    if tracing.otel:
        found["OTEL_EXPORTER"] = tracing.otel.protocol
        found["OTEL_ENDPOINT"] = tracing.otel.endpoint
        found["OTEL_SERVICE_NAME"] = "gateway"
        capture = "span_and_event" if tracing.prompts else "no_content"
        found["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = capture
    if tracing.langfuse:
        found["LANGFUSE_OTEL_HOST"] = tracing.langfuse.host
    if tracing.opik:
        found["OPIK_WORKSPACE"] = tracing.opik.workspace
    if sign_in := gateway.sign_in:
        found["GENERIC_CLIENT_ID"] = sign_in.client_id
        found["GENERIC_AUTHORIZATION_ENDPOINT"] = sign_in.authorization_endpoint
        found["GENERIC_TOKEN_ENDPOINT"] = sign_in.token_endpoint
        found["GENERIC_USERINFO_ENDPOINT"] = sign_in.userinfo_endpoint
    return {name: value for name, value in sorted(found.items()) if value is not None}


def secret_environment(gateway: GatewaySettings) -> dict[str, str]:
    """The secret, by its name below `secrets`, that each variable is filled from when a task starts."""
    keys = (getattr(d, "api_key", None) for model in gateway.models for d in model.deployments)
    found = {variable("secret", key): key for key in keys if key}
    found |= {name: secret for _, name, secret in gateway.tracing.secrets()}
    if gateway.alerts:
        found["SLACK_WEBHOOK_URL"] = gateway.alerts.webhook
    if gateway.sign_in:
        found["GENERIC_CLIENT_SECRET"] = gateway.sign_in.client_secret
    return dict(sorted(found.items()))
