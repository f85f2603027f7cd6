"""Where and how long CloudFront reaches an origin: tables, refusals and time-outs."""

import re

import pytest

from groundwork.gateway.cloudfront_prefix_lists import PREFIX_LISTS, WEIGHT, origin_prefix_list
from groundwork.gateway.time_outs import TimeOuts
from groundwork.gateway.vpc_origins import (
    UNSUPPORTED_ZONES,
    VPC_ORIGIN_REGIONS,
    refusals_of_origin,
    refusals_of_zones,
    zone_warning,
)
from groundwork.regions import REGIONS, zone_id_prefix

RULES_OF_A_SECURITY_GROUP = 60


def test_each_known_prefix_list_is_of_one_supported_region() -> None:
    assert set(PREFIX_LISTS) <= VPC_ORIGIN_REGIONS <= REGIONS
    assert len(set(PREFIX_LISTS.values())) == len(PREFIX_LISTS)
    assert all(re.fullmatch(r"pl-[0-9a-f]{8}", value) for value in PREFIX_LISTS.values())


def test_a_security_group_has_room_for_one_port_from_cloudfront_and_not_for_two() -> None:
    assert WEIGHT <= RULES_OF_A_SECURITY_GROUP < 2 * WEIGHT


def test_the_environment_files_own_prefix_list_wins() -> None:
    assert origin_prefix_list("eu-central-1") == "pl-a3a144ca"
    assert origin_prefix_list("eu-central-1", given="pl-0123abcd") == "pl-0123abcd"
    assert origin_prefix_list("il-central-1", given="pl-0123abcd") == "pl-0123abcd"
    with pytest.raises(ValueError, match="il-central-1"):
        origin_prefix_list("il-central-1")


def test_a_region_without_a_known_prefix_list_is_refused_until_the_id_is_given() -> None:
    (refusal,) = refusals_of_origin("il-central-1", prefix_list=None)
    assert refusal.at == ("origin_prefix_list",)
    assert "describe-managed-prefix-lists --region il-central-1" in refusal.allowed
    assert list(refusals_of_origin("il-central-1", prefix_list="pl-0123abcd")) == []


def test_a_region_that_cloudfront_does_not_reach_is_refused_whatever_is_given() -> None:
    for given in (None, "pl-0123abcd"):
        (refusal,) = refusals_of_origin("ap-southeast-6", prefix_list=given)
        assert refusal.at == ("exposure",)


@pytest.mark.parametrize("region", sorted(PREFIX_LISTS))
def test_regions_with_a_known_prefix_list_need_nothing_more(region: str) -> None:
    assert list(refusals_of_origin(region, prefix_list=None)) == []


def test_a_zone_that_cloudfront_does_not_reach_is_refused_by_its_id() -> None:
    (refusal,) = refusals_of_zones("us-east-1", ("use1-az1", "use1-az3"))
    assert refusal.at == ("exposure",)
    assert "use1-az3" in refusal.reason
    assert list(refusals_of_zones("us-east-1", ("use1-az1", "use1-az2"))) == []
    assert list(refusals_of_zones("eu-central-1", ("euc1-az3",))) == []


def test_a_number_of_zones_is_warned_about_where_one_is_not_reached() -> None:
    assert "use1-az3" in str(zone_warning("us-east-1", 2))
    assert "private subnet" in str(zone_warning("us-east-1", None))
    assert zone_warning("us-east-1", ("use1-az1", "use1-az2")) is None
    assert zone_warning("eu-central-1", 3) is None


def test_unsupported_zones_are_named_as_their_region_names_zones() -> None:
    for region, zone in UNSUPPORTED_ZONES.items():
        assert zone.startswith(f"{zone_id_prefix(region)}-az")


@pytest.mark.parametrize("seconds", [30, 60, 100, 600, 3600])
@pytest.mark.parametrize("quota", [60, 120, 180])
def test_cloudfront_waits_as_long_as_its_quota_lets_it_and_never_reuses_a_closed_connection(
    seconds: int, quota: int
) -> None:
    time_outs = TimeOuts(seconds)
    assert 1 <= time_outs.origin_read(quota) <= quota
    assert time_outs.origin_read(quota) == quota or time_outs.origin_read(quota) > time_outs.load_balancer_idle
    assert 1 <= time_outs.origin_keep_alive <= 60
    assert time_outs.origin_keep_alive < time_outs.load_balancer_idle


def test_who_promises_more_than_cloudfront_waits_is_warned_with_both_numbers() -> None:
    warning = TimeOuts(600).origin_read_warning()
    assert warning
    assert "600" in warning
    assert "120 s" in warning
    assert TimeOuts(600).origin_read_warning(180) != warning
    assert TimeOuts(120).origin_read_warning() is None
    assert TimeOuts(121).origin_read_warning() is not None
    assert TimeOuts(180).origin_read_warning(180) is None
