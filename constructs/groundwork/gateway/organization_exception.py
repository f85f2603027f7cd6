"""What an organization has to let through for the models of a gateway, in words for its policy's owner.

A service control policy that denies Regions blocks cross-Region profiles: if one destination is denied the request
fails, even where others are allowed; and a global profile is called in the Region "unspecified".
Source: https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html (read 2026-11-23).
"""

import json

from groundwork.gateway.bedrock_profiles import GUARDRAIL_DESTINATIONS
from groundwork.gateway.model_access import INVOKE
from groundwork.gateway.model_settings import BedrockDeployment
from groundwork.gateway.settings import GatewaySettings

_INTRODUCTION = """\
Except these actions from every policy that denies Regions to account {account}, where the policy would deny them.
The conditions name the Regions: {regions}.
"""
_GLOBAL = """\
"unspecified" is the Region that a global profile is called in: such requests may be processed in any commercial
Region. To deny "unspecified" switches global profiles off.
"""
_RESIDENCY = """\
What is stored stays in {region}, with one exception: prompts and answers are processed in these Regions, and what AWS
keeps of them to detect abuse is stored where they were processed.
"""


def exception_regions(gateway: GatewaySettings, *, region: str) -> tuple[str, ...]:
    """The Regions, beside its own, that a gateway's models and guardrails are called in; "unspecified" for global."""
    found: set[str] = set()
    for deployment in (d for model in gateway.models for d in model.deployments if isinstance(d, BedrockDeployment)):
        found |= {"unspecified"} if deployment.profile == "global" else set(deployment.destinations_from(region))
    for guardrail in gateway.guardrails:
        found |= set(GUARDRAIL_DESTINATIONS.get(guardrail.profile, {}).get(region, ()))
    return tuple(sorted(found - {region}))


def organization_exception(gateway: GatewaySettings, *, region: str, account: str) -> str:
    """The exception as text, with a statement to start from; empty where the gateway needs none."""
    regions = exception_regions(gateway, region=region)
    if not regions:
        return ""
    actions = [*INVOKE, *(["bedrock:ApplyGuardrail"] if gateway.guardrails else [])]
    example = {
        "Sid": "DenyOtherRegions",
        "Effect": "Deny",
        "NotAction": ["<the global services that your policy excepts>", *actions],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": [region]}},
    }
    model_calls = {
        "Sid": "DenyModelsInOtherRegions",
        "Effect": "Deny",
        "Action": actions,
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": [region, *regions]}},
    }
    return "\n".join(
        [
            _INTRODUCTION.format(account=account, regions=", ".join(regions)),
            *([_GLOBAL] if "unspecified" in regions else []),
            _RESIDENCY.format(region=region),
            json.dumps([example, model_calls], indent=2),
            "",
        ]
    )
