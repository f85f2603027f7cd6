"""Quotas: what sections need together, found by code or by name, and how to raise one."""

from typing import Any

import pytest

from operations.doctor.checks.quotas import CHECK
from operations.doctor.finding import Finding
from operations.doctor.quota_codes import CODES
from tests.operations.doctor.account import CODED, one_quota, quota, ready
from tests.operations.doctor.aws import FakeAws, Refused
from tests.operations.doctor.world import facts, look

P5 = "ml.p5.48xlarge for cluster usage"
G5 = "ml.g5.xlarge for endpoint usage"


def finding(name: str, answers: dict[str, Any], **sections: Any) -> Finding:
    found = look(CHECK, FakeAws(ready() | answers), facts(**sections))
    return next(each for each in found if each.subject == name)


def having(code: str, name: str, value: float, **more: Any) -> dict[str, Any]:
    return {"service-quotas:GetServiceQuota": one_quota(CODED | {code: quota(code, name, value, **more)})}


def endpoint(**changes: Any) -> dict[str, Any]:
    model = {"source": "s3", "uri": "s3://models/qwen/"}
    return {"name": "chat", "model": model, "instances": ["ml.g5.xlarge"], **changes}


def endpoints(*given: dict[str, Any]) -> dict[str, Any]:
    return {"endpoints": list(given)}


def test_a_quota_below_what_a_deployment_takes_fails_with_the_command_to_raise_it() -> None:
    found = finding(P5, having("L-8762A75F", P5, 0))
    assert found.verdict == "fail"
    assert "cluster.instance_groups.gpus needs 1 at first and up to 2" in found.reason
    assert found.remedy == (
        "aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code L-8762A75F "
        "--desired-value 2 --region us-east-1"
    )


def test_a_quota_that_holds_the_start_but_not_the_most_warns() -> None:
    found = finding(P5, having("L-8762A75F", P5, 1))
    assert found.verdict == "warn"
    assert "--desired-value 2" in found.remedy


def test_a_quota_that_cannot_be_raised_has_no_command() -> None:
    found = finding(P5, having("L-8762A75F", P5, 0, adjustable=False))
    assert "aws service-quotas" not in found.remedy


def test_several_fields_are_added_up() -> None:
    section = endpoints(endpoint(count=2), endpoint(name="other", count=3))
    found = finding(G5, having("L-1928E07B", G5, 4), inference=section)
    assert found.verdict == "fail"
    assert "inference.endpoints.chat, inference.endpoints.other need 5" in found.reason


def test_a_code_of_another_quota_is_not_believed() -> None:
    wrong = having("L-8762A75F", "ml.p5.48xlarge for cluster spot instance usage", 9)
    listed = {"Quotas": [quota("L-0000000A", P5, 2)]}
    found = finding(P5, wrong | {"service-quotas:ListServiceQuotas": listed})
    assert (found.verdict, "L-0000000A is 2" in found.reason) == ("ok", True)


def test_a_quota_without_a_known_code_is_found_by_name_on_any_page() -> None:
    name = "ml.g7e.2xlarge for endpoint usage"

    def pages(params: dict[str, Any]) -> dict[str, Any]:
        if params.get("NextToken") == "2":
            return {"Quotas": [quota("L-0000000B", name, 1)]}
        return {"Quotas": [quota("L-0000000C", "ml.g7e.2xlarge for transform job usage", 9)], "NextToken": "2"}

    section = endpoints(endpoint(instances=["ml.g7e.2xlarge"], update={"type": "rolling"}))
    found = finding(name, {"service-quotas:ListServiceQuotas": pages}, inference=section)
    assert name not in CODES
    assert "L-0000000B is 1" in found.reason


def test_a_quota_that_the_region_does_not_list_is_unknown() -> None:
    nothing: dict[str, Any] = {"Quotas": []}
    answers = {"service-quotas:ListServiceQuotas": nothing, "service-quotas:ListAWSDefaultServiceQuotas": nothing}
    assert finding("ml.m7i.4xlarge for cluster usage", answers).verdict == "unknown"


def test_an_error_of_the_service_is_unknown() -> None:
    broken = {"service-quotas:GetServiceQuota": Refused("ServiceException", "try later")}
    found = finding(P5, broken)
    assert (found.verdict, "try later" in found.reason) == ("unknown", True)


@pytest.mark.parametrize(
    ("changes", "most"),
    [
        ({"count": 3}, 6),
        ({"count": 3, "update": {"type": "blue-green"}}, 6),
        ({"count": 4, "update": {"type": "rolling", "batch_percent": 25}}, 5),
        ({"count": 1, "scaling": {"max": 4, "schedules": [{"max": 6}]}}, 12),
    ],
)
def test_an_update_takes_instances_beside_the_old_ones(changes: dict[str, Any], most: int) -> None:
    exact = finding(G5, having("L-1928E07B", G5, most), inference=endpoints(endpoint(**changes)))
    short = finding(G5, having("L-1928E07B", G5, most - 1), inference=endpoints(endpoint(**changes)))
    assert (exact.verdict, short.verdict) == ("ok", "warn")


@pytest.mark.parametrize(
    ("component", "instances"),
    [
        ({"gpus": 2, "cpus": 4, "memory_mib": 1024}, 4),
        ({"gpus": 1, "cpus": 30, "memory_mib": 1024}, 8),
        ({"gpus": 1, "cpus": 1, "memory_mib": 200_000}, 8),
    ],
)
def test_copies_share_instances_as_far_as_there_is_room(component: dict[str, Any], instances: int) -> None:
    name = "ml.g6e.12xlarge for endpoint usage"
    section = endpoints(endpoint(instances=["ml.g6e.12xlarge"], component=component, count=8))
    exact = finding(name, having("L-60313EA3", name, instances), inference=section)
    short = finding(name, having("L-60313EA3", name, instances - 1), inference=section)
    assert (exact.verdict, short.verdict) == ("ok", "fail")


def test_a_second_choice_that_is_short_only_warns() -> None:
    name = "ml.g6.xlarge for endpoint usage"
    section = endpoints(endpoint(instances=["ml.g5.xlarge", "ml.g6.xlarge"]))
    assert finding(name, having("L-D470D954", name, 0), inference=section).verdict == "warn"


def test_an_entry_of_the_catalogue_brings_its_instances() -> None:
    name = "ml.p5.48xlarge for endpoint usage"
    entry = {"name": "big", "entry": "gpt-oss-120b", "model": {"source": "s3", "uri": "s3://models/gpt/"}}
    found = finding(name, having("L-16AF71F1", name, 0), inference={"catalogue": [entry]})
    assert (found.verdict, "inference.catalogue.big" in found.reason) == ("fail", True)


def test_an_entry_that_is_not_known_is_unknown() -> None:
    entry = {"name": "big", "entry": "newer", "model": {"source": "s3", "uri": "s3://models/gpt/"}}
    found = finding("inference.catalogue.big", {}, inference={"catalogue": [entry]})
    assert found.verdict == "unknown"


def test_spot_nodes_have_quotas_of_their_own() -> None:
    groups = [{"name": "spot", "type": "ml.p5.48xlarge", "count": 1, "capacity": "spot"}]
    name = "ml.p5.48xlarge for cluster spot instance usage"
    found = finding(name, having("L-F742E2D7", name, 0), cluster={"instance_groups": groups})
    assert found.verdict == "fail"


def test_the_largest_volume_counts_and_not_their_sum() -> None:
    name = "Maximum size of EBS volume in GB for a SageMaker HyperPod cluster instance"
    groups = [
        {"name": n, "type": "ml.m7i.4xlarge", "count": 1, "ebs_gib": size} for n, size in (("a", 800), ("b", 900))
    ]
    found = finding(name, {}, cluster={"instance_groups": groups})
    assert (found.verdict, "b.ebs_gib needs 900" in found.reason) == ("ok", True)


def test_what_prepares_a_jobs_input_has_a_quota_of_its_own() -> None:
    name = "ml.m5.2xlarge for processing job usage"
    data = {"source": "capture", "endpoint": "chat"}
    job = {"name": "eagle", "model": {"uri": "s3://models/qwen/"}, "instance": "ml.g6.24xlarge", "data": data}
    listed = {"service-quotas:ListServiceQuotas": {"Quotas": [quota("L-0000000D", name, 0)]}}
    assert finding(name, listed, optimization={"jobs": [job]}).verdict == "warn"


def test_codes_are_codes() -> None:
    assert all(len(code) == 10 and code.startswith("L-") for code in CODES.values())
    assert len(set(CODES.values())) == len(CODES)
