"""Instance types in zones, subnets, and training plans."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from operations.doctor.checks import instance_offerings, subnets, training_plans
from operations.doctor.finding import Finding
from tests.operations.doctor.account import plan, ready
from tests.operations.doctor.aws import FakeAws, Refused
from tests.operations.doctor.world import NOW, PLAN, facts, look, section, verdicts

OFFERINGS = "ec2:DescribeInstanceTypeOfferings"


def offered(*zones: str) -> dict[str, Any]:
    return {OFFERINGS: {"InstanceTypeOfferings": [{"Location": zone} for zone in zones]}}


def offerings(answers: dict[str, Any], **sections: Any) -> list[Finding]:
    return look(instance_offerings.CHECK, FakeAws(ready() | answers), facts(**sections))


def group(**changes: Any) -> dict[str, Any]:
    return {"instance_groups": [{"name": "gpus", "type": "ml.p5.48xlarge", "count": 1, **changes}]}


def test_a_type_that_the_region_lacks_fails() -> None:
    found = offerings(offered(), cluster=group())
    assert found[0].verdict == "fail"
    assert "no zone of us-east-1" in found[0].reason


def test_a_type_that_is_in_other_zones_only_fails_and_names_them() -> None:
    found = offerings(offered("use1-az6"), cluster=group(zone=1))
    assert found[0].verdict == "fail"
    assert "use1-az6" in found[0].remedy


def test_a_type_in_some_of_the_zones_warns() -> None:
    found = offerings(offered("use1-az6"))
    chat = next(each for each in found if each.subject == "inference.endpoints.chat ml.g6e.12xlarge")
    assert (chat.verdict, "use1-az4" in chat.reason) == ("warn", True)


@pytest.mark.parametrize(
    ("zones", "zone", "looked_at"),
    [
        (2, 2, "use1-az6"),
        (2, None, "use1-az4, use1-az6"),
        (["use1-az1", "use1-az6"], 1, "use1-az1"),
        (["use1-az1", "use1-az6"], "use1-az6", "use1-az6"),
    ],
)
def test_a_group_stands_where_its_zone_says(zones: Any, zone: Any, looked_at: str) -> None:
    network = {"vpc": {"zones": zones, "cluster_cidrs": ["100.64.0.0/16", "100.65.0.0/16"]}}
    found = offerings({}, network=network, cluster=group(zone=zone), inference=None, optimization=None)
    assert found[0].reason == f"offered in {looked_at}"


def test_zones_that_the_account_does_not_have_offer_nothing_and_keep_their_place() -> None:
    network = {"vpc": {"zones": ["use1-az9", "use1-az6"]}}
    first, second = (offerings({}, network=network, cluster=group(zone=zone))[0] for zone in (1, 2))
    assert (first.verdict, "use1-az9 does not have it" in first.reason) == ("fail", True)
    assert second.reason == "offered in use1-az6"


@pytest.mark.parametrize(("network", "zone"), [({"vpc": {"zones": 2}}, 3), (None, None)])
def test_a_group_without_a_subnet_is_unknown(network: Any, zone: Any) -> None:
    assert offerings({}, network=network, cluster=group(zone=zone))[0].verdict == "unknown"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Refused("InvalidSubnetID.NotFound"), "no such subnet"),
        ({"AvailabilityZone": "us-east-1c"}, "it is in us-east-1c"),
        ({"VpcId": "vpc-0b"}, "it is in vpc-0b"),
    ],
)
def test_a_subnet_that_is_elsewhere_fails(answer: Any, words: str) -> None:
    if isinstance(answer, dict):
        found = {"VpcId": "vpc-0a1b2c3d4e5f60718", "AvailabilityZone": "us-east-1a", **answer}
        answer = {"Subnets": [{"AvailableIpAddressCount": 9, "AvailabilityZoneId": "use1-az4", **found}]}
    findings = look(subnets.CHECK, FakeAws(ready() | {"ec2:DescribeSubnets": answer}), facts())
    assert (findings[0].verdict, words in findings[0].reason) == ("fail", True)


def plans(answer: Any, **sections: Any) -> list[Finding]:
    return look(training_plans.CHECK, FakeAws(ready() | {"sagemaker:DescribeTrainingPlan": answer}), facts(**sections))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Status": "Expired"}, "Expired"),
        ({"Status": "Failed"}, "Failed"),
        ({"Status": "Pending"}, "cannot be used"),
        ({"EndTime": NOW - timedelta(days=1)}, "since 2026-11-22"),
        ({"TargetResources": ["training-job"]}, "not hyperpod-cluster"),
        ({"capacity": {"InstanceType": "ml.p5en.48xlarge"}}, "not ml.p5.48xlarge"),
        ({"TotalInstanceCount": 0}, "has 0 instances"),
        ({"zone": "use1-az6"}, "the plan is in use1-az6, and the subnets are in use1-az4"),
    ],
)
def test_a_plan_that_cannot_give_the_nodes_fails(changes: dict[str, Any], words: str) -> None:
    findings = plans(plan(**changes))
    assert any(each.verdict == "fail" and words in each.reason for each in findings)
    assert "ok" not in verdicts(findings)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Status": "Scheduled", "StartTime": datetime(2026, 12, 1, tzinfo=NOW.tzinfo)}, "begins on 2026-12-01"),
        ({"EndTime": NOW + timedelta(days=2)}, "ends on 2026-11-25"),
        ({"AvailableInstanceCount": 0, "InUseInstanceCount": 4}, "0 of the plan's instances are free and 4 in use"),
    ],
)
def test_a_plan_that_gives_them_later_or_not_for_long_warns(changes: dict[str, Any], words: str) -> None:
    (found,) = plans(plan(**changes))
    assert (found.verdict, words in found.reason) == ("warn", True)


def test_a_plan_that_is_not_there_fails() -> None:
    (found,) = plans(Refused("ResourceNotFound"))
    assert (found.verdict, "no such plan" in found.reason) == ("fail", True)


def test_a_plan_that_is_just_large_enough_is_fine() -> None:
    assert verdicts(plans(plan(TotalInstanceCount=1, AvailableInstanceCount=1))) == ["ok"]


def test_a_plan_of_another_region_fails() -> None:
    (found,) = plans(plan(), region="eu-west-1")
    assert (found.verdict, found.reason) == ("fail", "the plan is of us-east-1")


def test_groups_of_one_plan_are_added_up() -> None:
    groups = [{**group(training_plan=PLAN, zone=1, count=3)["instance_groups"][0], "name": name} for name in "ab"]
    findings = plans(plan(), cluster={"instance_groups": groups})
    assert all("6 are to come from it" in each.reason for each in findings)
    assert verdicts(findings) == ["fail", "fail"]


def test_an_endpoint_needs_an_active_plan_in_a_private_subnet() -> None:
    endpoint = {**section("inference")["endpoints"][0], "instances": ["ml.p5.48xlarge"], "reservation": PLAN}
    answer = plan(Status="Scheduled", TargetResources=["endpoint"], zone="use1-az1")
    findings = plans(answer, cluster=None, inference={"endpoints": [endpoint]})
    assert verdicts(findings) == ["fail", "fail"]
    assert "cannot be used for endpoint yet" in findings[0].reason
    assert "the subnets are in use1-az4, use1-az6" in findings[1].reason


def test_a_reservation_of_another_kind_is_unknown() -> None:
    arn = "arn:aws:sagemaker:us-east-1:111122223333:reserved-capacity/block"
    endpoint = {**section("inference")["endpoints"][0], "reservation": arn}
    (found,) = plans(plan(), cluster=None, inference={"endpoints": [endpoint]})
    assert found.verdict == "unknown"
