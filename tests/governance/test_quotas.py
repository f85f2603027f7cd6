"""What the function gets, against AWS's own model of the API, and what it may call."""

import json

import boto3
import pytest
from botocore.exceptions import ParamValidationError
from botocore.validate import validate_parameters

from groundwork.governance.settings import GovernanceSettings, TeamQuota
from groundwork.governance.task_governance import quota_properties
from tests.cluster.template import Template

CLUSTER = "arn:aws:sagemaker:us-east-1:111122223333:cluster/abcdefghij12"


def properties(**team: object) -> dict[str, object]:
    settings = GovernanceSettings.model_validate_json(json.dumps({"teams": [{"name": "research", **team}]}))
    quota: TeamQuota = settings.teams[0]
    return quota_properties(quota, environment="dev", cluster_arn=CLUSTER)


def validated(given: dict[str, object]) -> dict:
    model = boto3.client("sagemaker", region_name="us-east-1").meta.service_model.operation_model("CreateComputeQuota")
    request = {
        "Name": given["Name"],
        "ClusterArn": given["ClusterArn"],
        "ComputeQuotaConfig": json.loads(str(given["Config"])),
        "ComputeQuotaTarget": json.loads(str(given["Target"])),
    }
    try:
        validate_parameters(request, model.input_shape)
    except ParamValidationError as error:
        raise AssertionError(str(error)) from error
    return request


@pytest.mark.parametrize(
    ("share", "resources"),
    [
        ({"instances": 2}, [{"Count": 2}]),
        ({"accelerators": 4, "memory_gib": 500}, [{"Accelerators": 4, "MemoryInGiB": 500.0}]),
        (
            {"partitions": {"2g.10gb": 1, "1g.5gb": 7}},
            [
                {"AcceleratorPartition": {"Type": "mig-1g.5gb", "Count": 7}},
                {"AcceleratorPartition": {"Type": "mig-2g.10gb", "Count": 1}},
            ],
        ),
    ],
)
def test_a_share_is_what_the_api_takes(share: dict, resources: list[dict]) -> None:
    request = validated(properties(guarantees=[{"type": "ml.p4d.24xlarge", **share}]))
    expected = [{"InstanceType": "ml.p4d.24xlarge", **each} for each in resources]
    assert request["ComputeQuotaConfig"]["ComputeQuotaResources"] == expected


@pytest.mark.parametrize(
    ("team", "sharing"),
    [
        ({"sharing": "keep"}, {"Strategy": "DontLend"}),
        ({"sharing": "lend"}, {"Strategy": "Lend"}),
        ({}, {"Strategy": "LendAndBorrow", "BorrowLimit": 50}),
        ({"borrow_percent": 200}, {"Strategy": "LendAndBorrow", "BorrowLimit": 200}),
    ],
)
def test_sharing_is_what_the_api_takes(team: dict, sharing: dict) -> None:
    guarantees = [{"type": "ml.p4d.24xlarge", "instances": 1}]
    request = validated(properties(guarantees=guarantees, **team))
    assert request["ComputeQuotaConfig"]["ResourceSharingConfig"] == sharing


def test_a_team_without_guarantees_borrows_amounts() -> None:
    request = validated(properties(borrow=[{"type": "ml.p4d.24xlarge", "accelerators": 2}]))
    assert "ComputeQuotaResources" not in request["ComputeQuotaConfig"]
    limits = request["ComputeQuotaConfig"]["ResourceSharingConfig"]
    assert limits["AbsoluteBorrowLimits"] == [{"InstanceType": "ml.p4d.24xlarge", "Accelerators": 2}]
    assert "BorrowLimit" not in limits


def test_the_function_may_call_what_it_calls_and_nothing_else(partitions_template: Template) -> None:
    roles = [
        statement
        for name in partitions_template.ids("AWS::IAM::Policy")
        if "GovernanceQuotasStartRole" in name
        for statement in partitions_template.resources[name]["Properties"]["PolicyDocument"]["Statement"]
    ]
    actions = {action for s in roles for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    assert actions == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        *(f"sagemaker:{verb}ComputeQuota" for verb in ("Create", "Delete", "Describe", "Update")),
        "sagemaker:AddTags",
        "sagemaker:ListComputeQuotas",
        "sagemaker:ListTags",
    }
