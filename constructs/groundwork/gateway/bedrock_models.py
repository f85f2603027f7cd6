"""From which Regions Bedrock's better-known models can be called, in the Region itself or by which profile.

Source: the package `bedrock-models` 0.1.165 (read 2026-11-23), which reads AWS's model cards. A model that is not
listed is not checked: whether it can be called is then known when it is.
"""

from groundwork.gateway.bedrock_profiles import Profile
from groundwork.regions import REGIONS

_Offer = dict[Profile, frozenset[str]]


def _in(regions: str) -> frozenset[str]:
    return frozenset(regions.split())


_GLOBAL = REGIONS - {"ap-east-1", "me-central-1", "me-south-1"}
_EU = _in("eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3")
_EU_NOVA = _EU - {"eu-central-2", "eu-west-2"}
_US = _in("ca-central-1 ca-west-1 us-east-1 us-east-2 us-west-1 us-west-2")
_JP = _in("ap-northeast-1 ap-northeast-3")
_AU = _in("ap-southeast-2 ap-southeast-4")
_AU_NZ = _AU | {"ap-southeast-6"}
_APAC = _in(
    """ap-east-2 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4
    ap-southeast-5 ap-southeast-7"""
)
_COHERE = _in(
    """ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3
    sa-east-1 us-east-1 us-west-2"""
)
_GPT_OSS = _in(
    """ap-northeast-1 ap-south-1 ap-southeast-2 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2
    sa-east-1 us-east-1 us-east-2 us-west-2"""
)
_TITAN = _COHERE - {"ap-southeast-1"} | _in(
    "ap-northeast-2 ap-northeast-3 ap-south-2 eu-central-2 eu-north-1 eu-south-1 eu-south-2 us-east-2"
)

MODELS: dict[str, _Offer] = {
    "amazon.nova-2-lite-v1:0": {
        "us": _US,
        "eu": _EU_NOVA,
        "jp": _in("ap-northeast-1"),
        "global": _GLOBAL - _in("af-south-1 ap-northeast-3 ap-south-2 eu-central-2 mx-central-1 sa-east-1"),
    },
    "amazon.nova-lite-v1:0": {
        "in-region": _in(
            "ap-northeast-1 ap-southeast-2 ap-southeast-3 eu-north-1 eu-west-2 us-east-1 us-east-2 us-west-2"
        ),
        "us": _US - {"ca-central-1", "ca-west-1"},
        "eu": _EU_NOVA | {"il-central-1"},
        "apac": _APAC,
        "ca": _in("ca-central-1 ca-west-1"),
    },
    "amazon.nova-micro-v1:0": {
        "in-region": _in("ap-southeast-2 eu-west-2 us-east-1"),
        "us": _in("us-east-1 us-east-2 us-west-2"),
        "eu": _EU_NOVA | {"il-central-1"},
        "apac": _APAC - {"ap-southeast-4"},
    },
    "amazon.nova-pro-v1:0": {
        "in-region": _in("ap-southeast-2 ap-southeast-3 eu-west-2 us-east-1"),
        "us": _US - {"ca-central-1", "ca-west-1"},
        "eu": _EU_NOVA | {"il-central-1"},
        "apac": _APAC,
    },
    "amazon.titan-embed-text-v2:0": {"in-region": _TITAN},
    "anthropic.claude-haiku-4-5-20251001-v1:0": {
        "us": _US - {"ca-west-1"},
        "eu": _EU,
        "jp": _JP,
        "au": _AU_NZ,
        "global": _GLOBAL,
    },
    "anthropic.claude-haiku-5-5": {"us": _US, "eu": _EU, "jp": _JP, "au": _AU, "global": _GLOBAL},
    "anthropic.claude-opus-4-5-20251101-v1:0": {"us": _US - {"ca-west-1"}, "eu": _EU, "global": _GLOBAL},
    "anthropic.claude-opus-4-6-v1": {
        "in-region": _in("eu-west-2"),
        "us": _US,
        "eu": _EU,
        "au": _AU_NZ,
        "global": _GLOBAL,
    },
    "anthropic.claude-opus-4-7": {
        "in-region": _in("ap-northeast-1 ap-southeast-4 eu-north-1 eu-west-1 us-east-1"),
        "us": _US,
        "eu": _EU,
        "jp": _JP,
        "au": _AU,
        "global": _GLOBAL,
    },
    "anthropic.claude-opus-4-8": {
        "in-region": _in("ap-northeast-1 ap-southeast-4 eu-north-1 eu-west-1 us-east-1"),
        "us": _US,
        "eu": _EU,
        "jp": _JP,
        "au": _AU,
        "global": _GLOBAL,
    },
    "anthropic.claude-opus-5": {
        "in-region": _in("ap-northeast-2 ap-southeast-4 eu-north-1 eu-west-1 us-east-1"),
        "us": _US,
        "eu": _EU,
        "au": _AU,
        "global": _GLOBAL,
    },
    "anthropic.claude-opus-5-5": {
        "in-region": _in("ap-southeast-4 eu-west-2 us-east-1"),
        "us": _US,
        "eu": _EU,
        "jp": _JP,
        "au": _AU,
        "global": _GLOBAL,
    },
    "anthropic.claude-sonnet-4-5-20250929-v1:0": {
        "us": _US - {"ca-west-1"},
        "eu": _EU,
        "jp": _JP,
        "au": _AU_NZ,
        "global": _GLOBAL,
    },
    "anthropic.claude-sonnet-4-6": {
        "in-region": _in("eu-west-2"),
        "us": _US,
        "eu": _EU,
        "jp": _JP,
        "au": _AU_NZ,
        "global": _GLOBAL,
    },
    "anthropic.claude-sonnet-5": {
        "in-region": _in("ap-northeast-2 ap-southeast-1 ap-southeast-4 eu-north-1 eu-west-1 eu-west-2 us-east-1"),
        "us": _US,
        "eu": _EU,
        "au": _AU,
        "global": _GLOBAL,
    },
    "anthropic.claude-sonnet-5-5": {"us": _US, "eu": _EU, "au": _AU, "global": _GLOBAL},
    "cohere.embed-english-v3": {"in-region": _COHERE},
    "cohere.embed-multilingual-v3": {"in-region": _COHERE},
    "openai.gpt-oss-120b-1:0": {"in-region": _GPT_OSS},
    "openai.gpt-oss-20b-1:0": {"in-region": _GPT_OSS},
}
"""By model: the Regions that can call it, for each way of calling it."""
