"""Where the gateway's role may send requests of a cross-Region profile: a copy of the gateway's own table, by which its
IAM policy is written. A test compares it with the original."""

from operations.doctor.sections.gateway import Deployment


def _rows(*rows: tuple[str, str]) -> dict[str, frozenset[str]]:
    """Destinations by source, from lists of sources that share a row. `self` is the source."""
    return {
        source: frozenset(source if region == "self" else region for region in destinations.split())
        for sources, destinations in rows
        for source in sources.split()
    }


_APAC = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2"
_APAC_WIDE = f"{_APAC} ap-south-2 ap-southeast-3 ap-southeast-4"
_EU = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3"
_US = "us-east-1 us-east-2 us-west-2"

DESTINATIONS: dict[str, dict[str, frozenset[str]]] = {
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
"""Regions by geography and source Region."""


def granted_regions(deployment: Deployment, *, region: str) -> frozenset[str]:
    """The Regions that the gateway's policy names for a geographic profile: always the source too."""
    known = DESTINATIONS.get(deployment.profile, {}).get(region, frozenset[str]())
    return frozenset(deployment.destinations) | {region} if deployment.destinations else known | {region}
