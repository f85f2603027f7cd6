"""Which Regions each section can be deployed to, and how many Availability Zones a Region offers.

Source of support: the resource types that CloudFormation's registry lists per Region, as bundled with cfn-lint 1.58
(read 2026-11-23). A test compares this table with that data, so it cannot age unnoticed. A section that needs no
more than the types present everywhere is not listed.
Source of zone counts: https://www.techtarget.com/searchcloudcomputing/tip/Understand-AWS-Regions-vs-Availability-Zones
and https://qiita.com/MH35JP/items/1df91ccd2874e09c3598 (read 2026-11-23). Where some accounts see fewer zones than
a Region has (us-west-1, ap-northeast-1), the smaller number stands here.
"""

import re
from collections.abc import Iterator

from groundwork.settings import Refusal

REGIONS = frozenset(
    """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
    ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
    eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1
    me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
    """.split()
)
"""Regions of the `aws` partition. GovCloud, China and the isolated partitions are not supported."""

_NO_COST_ANOMALY = frozenset("ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 mx-central-1".split())
_NO_BUDGETS = _NO_COST_ANOMALY | frozenset(
    """
    af-south-1 ap-east-1 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 ca-west-1 eu-central-2 eu-north-1
    eu-south-1 eu-south-2 il-central-1 me-central-1
    """.split()
)
_NO_GUARDRAILS = frozenset("af-south-1 ap-east-1 ap-southeast-6 ca-west-1 mx-central-1".split())
_NO_APPLICATION_PROFILES = _NO_GUARDRAILS | frozenset(
    """
    ap-east-2 ap-south-2 ap-southeast-4 ap-southeast-5 ap-southeast-7 eu-north-1 eu-south-2 il-central-1 us-west-1
    """.split()
)

_HYPERPOD = frozenset(
    """
    ap-northeast-1 ap-northeast-2 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4
    ca-central-1 eu-central-1 eu-north-1 eu-south-2 eu-west-1 eu-west-2 me-south-1 sa-east-1 us-east-1 us-east-2
    us-west-1 us-west-2
    """.split()
)
_SCHEDULER_CONFIG = frozenset(
    "ap-northeast-1 ap-south-1 eu-central-1 eu-north-1 eu-south-2 me-south-1 us-east-1 us-west-1".split()
)
_WORKFORCES = frozenset(
    """
    ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1
    eu-west-2 me-south-1 us-east-1 us-east-2 us-west-2
    """.split()
)
_COMPONENTS = frozenset(
    """
    ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ca-central-1 eu-central-1
    eu-north-1 eu-west-1 eu-west-2 me-central-1 me-south-1 sa-east-1 us-east-1 us-east-2 us-west-2
    """.split()
)

SECTION_TYPES: dict[str, tuple[str, ...]] = {
    "foundation.budget": ("AWS::Budgets::Budget",),
    "foundation.cost_anomaly": ("AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription"),
    "gateway.guardrails": ("AWS::Bedrock::Guardrail", "AWS::Bedrock::GuardrailVersion"),
    "gateway.application_profile": ("AWS::Bedrock::ApplicationInferenceProfile",),
    "cluster": ("AWS::SageMaker::Cluster",),
    "inference": ("AWS::SageMaker::Model", "AWS::SageMaker::EndpointConfig", "AWS::SageMaker::Endpoint"),
    "inference.component": ("AWS::SageMaker::InferenceComponent",),
    "optimization": ("AWS::SageMaker::ModelPackageGroup",),
    "labeling.workforce": ("AWS::SageMaker::Workforce", "AWS::SageMaker::Workteam"),
    "governance": ("AWS::SageMaker::ClusterSchedulerConfig",),
}
"""The resource types that decide where a section can go."""

SECTION_REGIONS: dict[str, frozenset[str]] = {
    "foundation.budget": REGIONS - _NO_BUDGETS,
    "foundation.cost_anomaly": REGIONS - _NO_COST_ANOMALY,
    "gateway.guardrails": REGIONS - _NO_GUARDRAILS,
    "gateway.application_profile": REGIONS - _NO_APPLICATION_PROFILES,
    "cluster": _HYPERPOD,
    "inference": REGIONS - {"me-central-1"},
    "inference.component": _COMPONENTS,
    "optimization": REGIONS - {"ap-east-2", "ap-south-2", "ap-southeast-4", "ap-southeast-6"},
    "labeling.workforce": _WORKFORCES,
    "governance": _SCHEDULER_CONFIG,
}


def refusals_of_types(section: str, region: str, *, at: tuple[str | int, ...] = ()) -> Iterator[Refusal]:
    """Why a section cannot go to a Region: one that has not all of its types.

    Args:
        section: as `SECTION_TYPES` names it.
        at: the field that asks for it.
    """
    where = SECTION_REGIONS[section]
    if region not in where:
        reason = f"{region} has no {', '.join(SECTION_TYPES[section])}"
        yield Refusal(reason=reason, allowed=", ".join(sorted(where)), at=at, value=region)


_ZONES = {"us-east-1": 6, "us-west-2": 4, "ap-northeast-2": 4, "us-west-1": 2}


def zones(region: str) -> int:
    """How many Availability Zones an account can count on in a Region."""
    return _ZONES.get(region, 3)


def zone_id_prefix(region: str) -> str:
    """How the zone ids of a Region begin: `use1` for us-east-1, `apne1` for ap-northeast-1, `cac1` for ca-central-1.

    Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
    """
    area, direction, number = region.split("-")
    return area + "".join(word[0] for word in re.findall("north|south|east|west|central", direction)) + number
