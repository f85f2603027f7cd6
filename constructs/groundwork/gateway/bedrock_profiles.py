"""Where Bedrock's cross-Region profiles send a request, by the Region that it comes from.

Models: the widest row of any active model, from the package `bedrock-models` 0.1.165 (read 2026-11-23), which reads
AWS's model cards. The row depends on the source Region:
https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
Guardrails: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-cross-region-support.html (read 2026-11-23).
AWS moves these rows without notice; a model's `destinations` overrides them.
"""

from typing import Literal

Profile = Literal["in-region", "us", "eu", "apac", "jp", "au", "ca", "global"]
GuardrailProfile = Literal["none", "us", "eu", "ca"]


def _rows(*rows: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    """Destinations by source, from lists of sources that share a row. `self` is the source."""
    return {
        source: tuple(sorted({source if region == "self" else region for region in destinations.split()}))
        for sources, destinations in rows
        for source in sources.split()
    }


_APAC = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2"
_APAC_WIDE = f"{_APAC} ap-south-2 ap-southeast-3 ap-southeast-4"
_EU = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3"
_US = "us-east-1 us-east-2 us-west-2"

MODEL_DESTINATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "us": _rows((_US, _US), ("us-west-1 ca-central-1 ca-west-1", f"{_US} self")),
    "eu": _rows((_EU, _EU), ("eu-central-2 eu-west-2 il-central-1", f"{_EU} self")),
    "apac": _rows(
        ("ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2", _APAC),
        ("ap-southeast-4", f"{_APAC} ap-south-2 self"),
        ("ap-southeast-3 ap-east-2 ap-southeast-5 ap-southeast-7", f"{_APAC_WIDE} self"),
    ),
    "jp": _rows(("ap-northeast-1 ap-northeast-3", "ap-northeast-1 ap-northeast-3")),
    "au": _rows(("ap-southeast-2 ap-southeast-4 ap-southeast-6", "ap-southeast-2 ap-southeast-4 self")),
    "ca": _rows(("ca-central-1 ca-west-1", "ca-central-1 ca-west-1")),
}
"""Destinations by geography and source Region."""

GUARDRAIL_DESTINATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "us": _rows((_US, _US), ("us-west-1", f"{_US} self")),
    "eu": _rows(("eu-central-1 eu-west-1 eu-west-3 eu-north-1", "eu-central-1 eu-west-1 eu-west-3 eu-north-1")),
    "ca": _rows(("ca-central-1", "ca-central-1 ca-west-1")),
}
"""The same for guardrails. `us` cannot be called from Canada: with `ca`, what a guardrail reads stays in Canada."""


def guardrail_profile_arn(*, profile: str, region: str, account: str) -> str:
    """The ARN of a guardrail profile, as `CrossRegionConfig` and IAM take it: with the account."""
    return f"arn:aws:bedrock:{region}:{account}:guardrail-profile/{profile}.guardrail.v1:0"
