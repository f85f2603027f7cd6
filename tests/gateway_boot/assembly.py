"""The cloud assembly of the boot test: a platform whose gateway has the section of gateway.yaml."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk

import app as platform_app
from groundwork.gateway.config import config_text
from groundwork.gateway.container_environment import plain_environment
from groundwork.gateway.model_access import model_access
from groundwork.gateway.settings import GatewaySettings
from tests.constructs.gateway.platform_app import PUBLIC_AURORA, build
from tests.gateway.section import section
from tests.gateway_boot.aws import ARCHIVE_BUCKET

NAME = "boot"
_REGION = "eu-central-1"


def gateway_section() -> GatewaySettings:
    """The section, checked."""
    return section(Path(__file__).with_name("gateway.yaml").read_text(), "region: us-east-1")


def synthesize(outdir: Path) -> Path:
    """Synthesize it without the checks; the assembly."""
    gateway = gateway_section()
    app = cdk.App(context=platform_app.context(), outdir=str(outdir))
    variables = plain_environment(gateway, internet=True)
    del variables["PROXY_BASE_URL"]
    text = config_text(gateway, region=_REGION)
    build(app, replace(PUBLIC_AURORA, name=NAME, configuration=text, variables=variables))
    return Path(app.synth().directory)


def section_statements(*, account: str, guardrail_arn: str, team_profile: str) -> list[dict[str, Any]]:
    """What the section adds to the policy of the task's role: its models, its guardrail and its archive."""
    access = model_access(
        gateway_section(),
        region=_REGION,
        account=account,
        team_profile_arns={"PROFILE_NOVA_0_RESEARCH": team_profile},
        guardrail_arns={"words": guardrail_arn},
    )
    archive = {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": [f"arn:aws:s3:::{ARCHIVE_BUCKET}/*"]}
    return [*(statement.as_json() for statement in access), archive]
