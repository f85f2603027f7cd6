"""A team's quota: made, changed and deleted, also by calls that come twice, late, or in the middle of something."""

import json
from typing import Any

import pytest

from compute_quota import handler, quota
from compute_quota.quota import QuotaError
from tests.handlers.compute_quota.sagemaker import CLUSTER, SageMaker

PARTITIONS = [
    {"InstanceType": "ml.p5.48xlarge", "AcceleratorPartition": {"Type": "mig-1g.10gb", "Count": 14}},
    {"InstanceType": "ml.g6.xlarge", "VCpu": 4.0, "MemoryInGiB": 16.0},
]


def config(*resources: dict[str, Any]) -> str:
    return json.dumps(
        {
            "ComputeQuotaResources": list(resources) or PARTITIONS,
            "ResourceSharingConfig": {"Strategy": "LendAndBorrow", "BorrowLimit": 50},
            "PreemptTeamTasks": "LowerPriority",
        }
    )


def properties(**more: str) -> dict[str, str]:
    target = json.dumps({"TeamName": "research", "FairShareWeight": 10})
    return {"Name": "research", "ClusterArn": CLUSTER, "Config": config(), "Target": target, **more}


def event(kind: str, quota_id: str = "", *, owner: str = "Stack", **more: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "StackId": owner,
        "LogicalResourceId": "Quota",
        "ResourceProperties": properties(**more),
        **({"PhysicalResourceId": quota_id} if quota_id else {}),
        **({"OldResourceProperties": properties()} if kind == "Update" else {}),
    }


@pytest.fixture
def sagemaker(monkeypatch: pytest.MonkeyPatch) -> SageMaker:
    fake = SageMaker()
    monkeypatch.setattr(handler, "_quotas", lambda: quota.Quotas(fake.client(), sleep=lambda _: None))
    return fake


def carried_out(asked: dict[str, Any]) -> str:
    """The id of the resource after all calls of the provider framework."""
    answer = handler.on_event(asked, None)
    done = {**asked, **answer}
    for _ in range(10):
        if handler.is_complete(done, None)["IsComplete"]:
            return done["PhysicalResourceId"]
    raise AssertionError("never done")


def test_a_quota_is_there_when_its_status_says_so(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    body = sagemaker.quotas[quota_id].body
    assert body["ComputeQuotaConfig"]["ComputeQuotaResources"] == PARTITIONS
    assert body["ActivationState"] == "Enabled"
    assert sagemaker.calls.count("DescribeComputeQuota") == 2


def test_a_creation_that_is_asked_for_twice_makes_one(sagemaker: SageMaker) -> None:
    handler.on_event(event("Create"), None)
    assert carried_out(event("Create")) == "quota0000000"
    assert len(sagemaker.quotas) == 1


def test_anothers_quota_of_the_same_name_is_not_taken_over(sagemaker: SageMaker) -> None:
    carried_out(event("Create", owner="Another"))
    with pytest.raises(QuotaError, match="research"):
        handler.on_event(event("Create"), None)


def test_a_creation_that_fails_says_why(sagemaker: SageMaker) -> None:
    sagemaker.outcomes["Create"] = ["Creating", "CreateFailed"]
    asked = event("Create")
    done = {**asked, **handler.on_event(asked, None)}
    sagemaker.quotas["quota0000000"].reason = "not enough instances"
    assert handler.is_complete(done, None) == {"IsComplete": False}
    with pytest.raises(QuotaError, match="CreateFailed: not enough instances"):
        handler.is_complete(done, None)


def test_a_failed_creation_is_deleted(sagemaker: SageMaker) -> None:
    sagemaker.outcomes["Create"] = ["CreateFailed"]
    quota_id = handler.on_event(event("Create"), None)["PhysicalResourceId"]
    carried_out(event("Delete", quota_id))
    assert sagemaker.quotas == {}


def test_an_update_names_the_version_that_it_changes(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    more = config({"InstanceType": "ml.p5.48xlarge", "Count": 2})
    assert carried_out(event("Update", quota_id, Config=more)) == quota_id
    found = sagemaker.quotas[quota_id]
    assert found.version == 2
    assert found.body["ComputeQuotaConfig"] == json.loads(more)


def test_an_update_that_comes_twice_changes_once(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    more = event("Update", quota_id, Config=config({"InstanceType": "ml.p5.48xlarge", "Count": 2}))
    carried_out(more)
    carried_out(more)
    assert sagemaker.calls.count("UpdateComputeQuota") == 1


def test_an_update_waits_for_the_change_that_is_under_way(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    sagemaker.quotas[quota_id].statuses = ["Updating", "Updating", "Updated"]
    carried_out(event("Update", quota_id, Config=config({"InstanceType": "ml.p5.48xlarge", "Count": 2})))
    assert sagemaker.quotas[quota_id].version == 2


def test_a_version_that_somebody_else_made_meanwhile_is_read_again(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    sagemaker.stale = 2
    more = event("Update", quota_id, Config=config({"InstanceType": "ml.p5.48xlarge", "Count": 2}))
    carried_out(more)
    sagemaker.stale = 3
    with pytest.raises(QuotaError, match="somebody else"):
        handler.on_event(event("Update", quota_id, Config=config()), None)


def test_an_update_that_failed_before_can_be_rolled_back(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    sagemaker.outcomes["Update"] = ["UpdateFailed"]
    asked = event("Update", quota_id, Config=config({"InstanceType": "ml.p5.48xlarge", "Count": 2}))
    with pytest.raises(QuotaError, match="UpdateFailed"):
        handler.is_complete({**asked, **handler.on_event(asked, None)}, None)
    del sagemaker.outcomes["Update"]
    carried_out(event("Update", quota_id))
    assert sagemaker.quotas[quota_id].body["ComputeQuotaConfig"] == json.loads(config())


def test_another_name_is_another_quota(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    assert carried_out(event("Update", quota_id, Name="sales")) != quota_id


def test_an_update_of_a_quota_that_is_gone_says_so(sagemaker: SageMaker) -> None:
    with pytest.raises(QuotaError, match="gone"):
        handler.on_event(event("Update", "quota0000009"), None)


@pytest.mark.parametrize("left", ["quota0000009", "AWSCDK::CustomResourceProviderFramework::CREATE_FAILED"])
def test_what_is_gone_already_is_deleted(sagemaker: SageMaker, left: str) -> None:
    carried_out(event("Delete", left))
    assert "DeleteComputeQuota" not in sagemaker.calls


def test_a_deletion_that_comes_twice_is_asked_for_once(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    sagemaker.outcomes["Delete"] = ["Deleting", "Deleting", "Deleting", "gone"]
    handler.on_event(event("Delete", quota_id), None)
    carried_out(event("Delete", quota_id))
    assert sagemaker.quotas == {}
    assert sagemaker.calls.count("DeleteComputeQuota") == 1


def test_a_deletion_that_fails_says_why(sagemaker: SageMaker) -> None:
    quota_id = carried_out(event("Create"))
    sagemaker.outcomes["Delete"] = ["DeleteFailed"]
    asked = event("Delete", quota_id)
    handler.on_event(asked, None)
    with pytest.raises(QuotaError, match="DeleteFailed"):
        handler.is_complete(asked, None)
