"""What LiteLLM's open-source edition does not have.

Source: LiteLLM's list of Enterprise features (https://docs.litellm.ai/docs/enterprise, copy of 2026-05-02) and the
checks for a licence in its source, version 1.100.0.
"""

from pydantic import ValidationInfo, field_validator

from groundwork.settings import Refusal, Section, refuse

_INSTEAD = {
    "jwt_auth": "virtual keys",
    "scim": "teams of this file, and users that an admin invites",
    "audit_logs": "the access logs of load balancer and firewall, and the spend log",
    "key_rotation": "keys.max_age",
    "organization_admins": "proxy admins",
    "team_admins": "proxy admins",
    "secret_manager": "secrets, which the container gets from Secrets Manager at its start",
    "team_logging": "tracing for all teams; each record names its team",
    "team_guardrails": "guardrails with always_on, or named in the request",
    "key_model_budgets": "a budget for each team and key, and model_limits of a team",
    "ip_allow_list": "clients, which the load balancer enforces",
    "route_allow_list": "ui and docs, and what the load balancer closes in every exposure",
    "request_size_limits": "the firewall's rules on body sizes",
    "region_outage_alerts": "alerts of type outage_alerts",
}


class EnterpriseSettings(Section):
    """Features that need a licence of LiteLLM Enterprise. Each is refused with what there is in its place: deployed
    without the licence it would not work, or stop the proxy."""

    jwt_auth: bool = False
    """API calls with tokens of an identity provider."""
    scim: bool = False
    """Users and groups from an identity provider."""
    audit_logs: bool = False
    """A record of who changed which key, team or user."""
    key_rotation: bool = False
    """Keys that the proxy replaces by itself."""
    organization_admins: bool = False
    """The role org_admin."""
    team_admins: bool = False
    """The role team_admin."""
    secret_manager: bool = False
    """Provider keys that the proxy reads from Secrets Manager or KMS by itself."""
    team_logging: bool = False
    """Logs that go to another place for each team."""
    team_guardrails: bool = False
    """Guardrails of single teams and keys."""
    key_model_budgets: bool = False
    """Budgets for single models of a key."""
    ip_allow_list: bool = False
    """Addresses that the proxy accepts."""
    route_allow_list: bool = False
    """Routes that the proxy serves."""
    request_size_limits: bool = False
    """The largest request and answer."""
    region_outage_alerts: bool = False
    """Alerts when a provider fails in a whole Region."""

    @field_validator("*")
    @classmethod
    def _is_not_open_source(cls, value: bool, info: ValidationInfo) -> bool:
        if value:
            reason = "only LiteLLM Enterprise has it, and the open-source edition is what is deployed"
            refuse([Refusal(reason=reason, allowed=f"false; in its place: {_INSTEAD[str(info.field_name)]}")])
        return value
