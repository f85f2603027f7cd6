"""In which Regions HyperPod offers each kind of accelerated instance on demand.

Source: AWS's price list, as bundled with cfn-lint 1.58 for `AWS::SageMaker::Cluster` (read 2026-11-23); a test compares
this table with that data. Kinds without a public price are not in it: capacity of ml.p5e, ml.p6e-gb200 and the like
comes by agreement or training plan, and nothing is known of where.
"""

from collections.abc import Iterator

from groundwork.settings import Refusal

_TABLE = """
ap-northeast-1 g5 g6 g6e g7e gr6 p4d p4de p5.48xlarge p5.4xlarge p5en trn1 trn1n
ap-northeast-2 g5 g6 g6e g7e gr6 p4d p5.48xlarge p5en
ap-south-1     g5 g6 gr6 p4d p4de p5.48xlarge p5.4xlarge p5en p6-b200 trn1 trn1n
ap-south-2     g6 g6e p6-b200 p6-b300
ap-southeast-1 g5 p4d p4de p5.48xlarge trn1 trn1n
ap-southeast-2 g5 g6 gr6 p4d p4de p5.48xlarge p5.4xlarge trn1 trn1n
ap-southeast-3 g5 p5.48xlarge p5.4xlarge p5en p6-b300
ap-southeast-4 trn1 trn1n trn2.3xlarge
ca-central-1   g5 g6 gr6 p4d p5.48xlarge
eu-central-1   g5 g6 g6e g7e gr6 p4d p4de p5.48xlarge trn1 trn1n
eu-north-1     g5 g6 g6e g7e gr6 p4d p4de p5.48xlarge p5en trn1 trn1n
eu-south-2     g6 g6e g7e gr6 p5en
eu-west-1      g5 p4d p4de p5.48xlarge trn1 trn1n trn2.3xlarge
eu-west-2      g5 g6 g7e gr6 p4d p5.48xlarge p5.4xlarge
sa-east-1      g5 g6 gr6 p4d p4de p5.48xlarge p5.4xlarge trn1 trn1n trn2.3xlarge
us-east-1      g5 g6 g6e g7e gr6 p4d p4de p5.48xlarge p5.4xlarge p5en p6-b200 p6-b300 trn1 trn1n
us-east-2      g5 g6 g6e g7e gr6 p4d p4de p5.48xlarge p5.4xlarge p5en p6-b200 trn1 trn1n trn2.48xlarge
us-west-1      p5.48xlarge p5en
us-west-2      g5 g6 g6e g7e gr6 p4d p4de p5.48xlarge p5.4xlarge p5en p6-b200 p6-b300 trn1 trn1n trn2.3xlarge
"""
ACCELERATOR_REGIONS: dict[str, frozenset[str]] = {
    region: frozenset(kinds) for region, *kinds in (line.split() for line in _TABLE.strip().splitlines())
}
"""By Region: families of which all sizes are offered, and single sizes of others."""
_LISTED = frozenset[str]().union(*ACCELERATOR_REGIONS.values())


def regions_of(instance_type: str) -> frozenset[str] | None:
    """Where a type is offered; None where the price list does not say."""
    kinds = {instance_type.removeprefix("ml."), instance_type.split(".")[1]} & _LISTED
    return frozenset(r for r, offered in ACCELERATOR_REGIONS.items() if kinds & offered) if kinds else None


def refusals_of_type(instance_type: str, region: str) -> Iterator[Refusal]:
    """Why a type cannot be had on demand in a Region."""
    where = regions_of(instance_type)
    if where is not None and region not in where:
        reason = f"{region} does not offer {instance_type} to HyperPod on demand"
        allowed = f"a training plan, or one of {', '.join(sorted(where))}"
        yield Refusal(reason=reason, allowed=allowed, value=instance_type)
