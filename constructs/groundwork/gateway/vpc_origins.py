"""Which load balancers can stand behind CloudFront without a public address.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html, read
2026-11-23. The VPC also needs an internet gateway, attached and not routed to: a closed network has none.
"""

from collections.abc import Iterator

from groundwork.gateway.cloudfront_prefix_lists import NAME, PREFIX_LISTS
from groundwork.regions import REGIONS
from groundwork.settings import Refusal

VPC_ORIGIN_REGIONS = REGIONS - {"ap-southeast-6"}
UNSUPPORTED_ZONES = {
    "ap-northeast-1": "apne1-az3",
    "ca-central-1": "cac1-az3",
    "us-east-1": "use1-az3",
    "us-west-1": "usw1-az2",
}
"""The one zone of a Region whose load balancers CloudFront does not reach; by id, as the letters differ by account."""


def refusals_of_origin(region: str, *, prefix_list: str | None) -> Iterator[Refusal]:
    """Why a load balancer in a Region cannot stand behind CloudFront.

    Args:
        prefix_list: the id of CloudFront's prefix list, where the environment file gives it.
    """
    if region not in VPC_ORIGIN_REGIONS:
        reason = f"CloudFront reaches no load balancer inside a VPC in {region}"
        yield Refusal(reason=reason, allowed="public or private, or another Region", at=("exposure",))
    elif prefix_list is None and region not in PREFIX_LISTS:
        yield Refusal(
            reason=f"the id of CloudFront's prefix list in {region} is not known",
            allowed=f"the PrefixListId that `aws ec2 describe-managed-prefix-lists --region {region} "
            f"--filters Name=prefix-list-name,Values={NAME}` tells",
            at=("origin_prefix_list",),
            value="nothing",
        )


def refusals_of_zones(region: str, zones: int | tuple[str, ...]) -> Iterator[Refusal]:
    """Why a load balancer in these zones cannot stand behind CloudFront.

    Args:
        zones: `network.vpc.zones`: a number of zones, whose ids only the account knows, or their ids.
    """
    zone = UNSUPPORTED_ZONES.get(region)
    if zone and not isinstance(zones, int) and zone in zones:
        reason = f"CloudFront does not reach load balancers in {zone}, a zone of the network"
        yield Refusal(reason=reason, allowed="public or private, or a network without this zone", at=("exposure",))


def zone_warning(region: str, zones: int | tuple[str, ...] | None) -> str | None:
    """What to check where it is open which zones the load balancer stands in; None: nothing.

    Args:
        zones: as above, and None for a VPC that is there already.
    """
    zone = UNSUPPORTED_ZONES.get(region)
    if zone is None or isinstance(zones, tuple):
        return None
    what = "name network.vpc.zones by their ids, without it" if zones else "have no private subnet of the network in it"
    return f"CloudFront does not reach load balancers in {zone}, and which zone that is differs by account: {what}."
