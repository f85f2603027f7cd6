"""The configuration values of the add-on.

Keys: https://docs.aws.amazon.com/sagemaker/latest/dg/operator-install.html and direct-ssh.html beside it, and
https://github.com/jupyter-infra/jupyter-k8s-aws, charts/aws-hyperpod/values.yaml (read 2026-11-23). EKS checks them
against the schema of the version when the add-on is made.
"""

from typing import Any

from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.web_settings import WebUiSettings

_ROTATION_MINUTES = 15
"""How often 0.2.x makes a new key (values.yaml, rotationInterval)."""
_SPARE_MINUTES = 30
"""How much longer than a token a key has to be kept (validations.tpl)."""


def addon_configuration(
    settings: SpacesSettings,
    *,
    managed_instance_role: str | None = None,
    certificate_arn: str | None = None,
    signing_key_arn: str | None = None,
    annotations: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What the add-on is configured with; what is off is not named.

    Args:
        managed_instance_role: the name, not the ARN, of the role that Spaces register with; with remote access.
        certificate_arn: of the web page.
        signing_key_arn: of the key for the web page's tokens; with 0.1.x.
        annotations: of the web page's load balancer.
    """
    chart: dict[str, Any] = {}
    if settings.remote_access:
        chart["remoteAccess"] = {"enabled": True, "ssmManagedNodeRole": managed_instance_role}
    if ssh := settings.direct_ssh:
        chart["directSSH"] = {"enabled": True, "port": ssh.port, "domain": ssh.domain}
    if web := settings.web_ui:
        chart["clusterWebUI"] = {
            "enabled": True,
            "domain": web.domain,
            "awsCertificateArn": certificate_arn,
            "traefik": {"shouldInstall": True},
            "alb": {"scheme": web.scheme, "annotations": annotations or {}},
            **_signing(settings, web, signing_key_arn),
        }
    # Sessions and idle times are read from the pods.
    return {"jupyter-k8s": {"workspacePodWatching": {"enable": True}}, "jupyter-k8s-aws-hyperpod": chart}


def _signing(settings: SpacesSettings, web: WebUiSettings, key_arn: str | None) -> dict[str, Any]:
    session = web.session
    auth: dict[str, Any] = {
        "jwtExpiration": f"{session.token_minutes}m",
        "jwtRefreshHorizon": f"{session.refresh_hours}h",
        "cookieMaxAge": f"{session.cookie_hours}h",
    }
    if settings.signs_with_kms:
        # The managed policy of the router allows the key in this encryption context only.
        return {"auth": {**auth, "kmsKeyId": key_arn}, "kmsEncryptionContext": {"enabled": True}}
    keys = -(-(session.token_minutes + _SPARE_MINUTES) // _ROTATION_MINUTES)
    rotator = {"enabled": True, "rotationInterval": f"{_ROTATION_MINUTES}m", "numberOfKeys": max(keys, 6)}
    return {"auth": auth, "rotator": rotator}


def load_balancer_annotations(
    web: WebUiSettings, *, subnets: list[str], access_log_bucket: str | None, prefix: str
) -> dict[str, str]:
    """What the load balancer is made with: where it stands, who may call it, and where it logs.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
    """
    attributes = {"routing.http.drop_invalid_header_fields.enabled": "true"}
    if access_log_bucket:
        attributes |= {
            "access_logs.s3.enabled": "true",
            "access_logs.s3.bucket": access_log_bucket,
            "access_logs.s3.prefix": prefix,
        }
    return {
        "alb.ingress.kubernetes.io/subnets": ",".join(subnets),
        "alb.ingress.kubernetes.io/inbound-cidrs": ",".join(str(cidr) for cidr in web.clients),
        "alb.ingress.kubernetes.io/load-balancer-attributes": ",".join(f"{k}={v}" for k, v in attributes.items()),
    }
