"""The foundation: what is always there, and what is only there when it was asked for."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from groundwork.foundation.backups import Backups

HEAD = """\
name: dev
account: "111122223333"
region: us-east-1
owner: platform@example.com
cost_center: genai-platform
"""


@pytest.fixture
def foundation(synthesized):
    def build(section: str = ""):
        return next(s for s in synthesized(HEAD + section) if s.name == "Foundation")

    return build


def test_the_smallest_file_deploys_a_foundation_and_nothing_else(synthesized) -> None:
    (stack,) = synthesized(HEAD)
    assert stack.name == "Foundation"
    optional = {"AWS::Budgets::Budget", "AWS::CE::AnomalyMonitor", "AWS::Backup::BackupVault", "AWS::Lambda::Function"}
    assert optional.isdisjoint(r["Type"] for r in stack.template["Resources"].values())


def test_each_data_domain_has_one_rotated_key(foundation) -> None:
    keys = foundation("foundation: {backup: {}}").properties("AWS::KMS::Key")
    assert sorted(key["Description"].split()[1] for key in keys) == ["artifacts", "backup", "operations"]
    assert all(key["EnableKeyRotation"] for key in keys)


def test_buckets_are_private_encrypted_and_versioned(foundation) -> None:
    buckets = foundation().properties("AWS::S3::Bucket")
    assert len(buckets) == 2
    for bucket in buckets:
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    algorithms = [
        b["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
        for b in buckets
    ]
    assert sorted(algorithms) == ["AES256", "aws:kms"]


def test_buckets_refuse_requests_without_tls(foundation) -> None:
    for policy in foundation().properties("AWS::S3::BucketPolicy"):
        denials = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in [s["Condition"] for s in denials]


def test_old_versions_expire_and_current_ones_stay(foundation) -> None:
    stack = foundation("foundation: {artifact_versions_days: 45, log_retention_days: 90}")
    logs, artifacts = (b["LifecycleConfiguration"]["Rules"][0] for b in stack.properties("AWS::S3::Bucket"))
    assert logs["ExpirationInDays"] == 90
    assert artifacts["NoncurrentVersionExpiration"] == {"NoncurrentDays": 45}
    assert "ExpirationInDays" not in artifacts
    assert "NoncurrentVersionTransitions" not in artifacts  # too short to pay off


def test_alarms_are_mailed_to_whom_the_file_names(foundation) -> None:
    stack = foundation("foundation: {alarm_emails: [a@example.com, b@example.com]}")
    assert [s["Endpoint"] for s in stack.properties("AWS::SNS::Subscription")] == ["a@example.com", "b@example.com"]


def test_without_addresses_the_owner_is_mailed(foundation) -> None:
    assert [s["Endpoint"] for s in foundation().properties("AWS::SNS::Subscription")] == ["platform@example.com"]


def test_a_budget_reports_at_50_80_100_percent_and_on_the_forecast(foundation) -> None:
    (budget,) = foundation("foundation: {budget: {monthly_usd: 500}}").properties("AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 500, "Unit": "USD"}
    assert "CostFilters" not in budget["Budget"]
    told = [n["Notification"] for n in budget["NotificationsWithSubscribers"]]
    assert [(n["NotificationType"], n["Threshold"]) for n in told] == [
        ("ACTUAL", 50),
        ("ACTUAL", 80),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    ]


def test_a_budget_of_the_environment_counts_what_carries_its_tag(foundation) -> None:
    stack = foundation("foundation: {budget: {monthly_usd: 500, scope: environment}}")
    (budget,) = stack.properties("AWS::Budgets::Budget")
    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": ["user:environment$dev"]}


def test_cost_anomalies_go_to_the_topic_from_the_size_that_was_asked_for(foundation) -> None:
    stack = foundation("foundation: {cost_anomaly: {monitor: create, minimum_usd: 1234567.891}}")
    (subscription,) = stack.properties("AWS::CE::AnomalySubscription")
    assert json.loads(subscription["ThresholdExpression"])["Dimensions"]["Values"] == ["1234567.89"]
    (topic,) = stack.resources("AWS::SNS::Topic")
    assert subscription["Subscribers"] == [{"Address": {"Ref": topic}, "Type": "SNS"}]
    assert len(stack.resources("AWS::CE::AnomalyMonitor")) == 1


def test_an_existing_monitor_is_used_and_none_created(foundation) -> None:
    arn = "arn:aws:ce::111122223333:anomalymonitor/01234567-89ab-cdef-0123-456789abcdef"
    stack = foundation(f"foundation: {{cost_anomaly: {{monitor: '{arn}'}}}}")
    assert stack.resources("AWS::CE::AnomalyMonitor") == {}
    assert stack.properties("AWS::CE::AnomalySubscription")[0]["MonitorArnList"] == [arn]


@pytest.mark.parametrize("resource_type", ["AWS::Budgets::Budget", "AWS::CE::AnomalySubscription"])
def test_what_publishes_waits_for_the_topics_policy(foundation, resource_type: str) -> None:
    stack = foundation("foundation: {budget: {monthly_usd: 1}, cost_anomaly: {monitor: create}}")
    (resource,) = stack.resources(resource_type).values()
    (policy,) = stack.resources("AWS::SNS::TopicPolicy")
    assert policy in resource["DependsOn"]


def test_backups_are_daily_kept_as_asked_and_select_by_tag(foundation) -> None:
    stack = foundation("foundation: {backup: {retention_days: 200, cold_after_days: 30, locked: true}}")
    (plan,) = stack.properties("AWS::Backup::BackupPlan")
    (rule,) = plan["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": 200, "MoveToColdStorageAfterDays": 30}
    (selection,) = stack.properties("AWS::Backup::BackupSelection")
    assert selection["BackupSelection"]["ListOfTags"] == [
        {"ConditionKey": "backup", "ConditionType": "STRINGEQUALS", "ConditionValue": "dev"}
    ]
    (vault,) = stack.properties("AWS::Backup::BackupVault")
    assert vault["LockConfiguration"] == {"MinRetentionDays": 200}


def test_the_boundary_fits_into_a_managed_policy_and_guards_itself(foundation) -> None:
    (policy,) = foundation().properties("AWS::IAM::ManagedPolicy")
    document = policy["PolicyDocument"]
    assert len(json.dumps(document, separators=(",", ":"))) < 6144
    own = "arn:aws:iam::111122223333:policy/groundwork-dev-boundary"
    by_sid = {statement["Sid"]: statement for statement in document["Statement"]}
    assert by_sid["BoundaryStays"]["Resource"] == own
    assert by_sid["PoliciesAndTrustStay"]["Resource"] == "*"
    assert by_sid["RolesOnlyWithThisBoundary"]["Condition"] == {"StringNotEquals": {"iam:PermissionsBoundary": own}}
    assert {s["Effect"] for sid, s in by_sid.items() if sid != "UpToTheRole"} == {"Deny"}


def test_without_internet_no_role_can_open_a_path_to_it(synthesized) -> None:
    network = "network: {internet: none, vpc: {cidr: 10.0.0.0/16}}"
    stack = next(s for s in synthesized(HEAD + network) if s.name == "Foundation")
    document = stack.properties("AWS::IAM::ManagedPolicy")[0]["PolicyDocument"]
    assert len(json.dumps(document, separators=(",", ":"))) < 6144
    statements = document["Statement"]
    denied = next(s for s in statements if s["Sid"] == "NoPathToTheInternet")
    assert {"ec2:CreateInternetGateway", "ec2:CreateNatGateway", "ec2:AllocateAddress"} <= set(denied["Action"])


def test_the_provider_of_a_custom_resource_logs_into_the_stack(foundation) -> None:
    stack = foundation("keep_data: false")
    (function,) = stack.properties("AWS::Lambda::Function")
    (group,) = stack.resources("AWS::Logs::LogGroup")
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": group}}


def test_failed_backups_and_restores_reach_the_topic(foundation) -> None:
    stack = foundation("foundation: {backup: {}}")
    (rule,) = stack.properties("AWS::Events::Rule")
    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.backup"]
    by_key = {key: set(values) for choice in pattern["detail"]["$or"] for key, values in choice.items()}
    assert {"FAILED", "ABORTED", "EXPIRED"} <= by_key["state"] & by_key["status"]
    (topic,) = stack.resources("AWS::SNS::Topic")
    assert [target["Arn"] for target in rule["Targets"]] == [{"Ref": topic}]
    assert "events.amazonaws.com" in publishers(stack, "AWS::SNS::TopicPolicy", "PolicyDocument")
    assert "events.amazonaws.com" in publishers(stack, "AWS::KMS::Key", "KeyPolicy")


def test_only_services_that_say_on_whose_behalf_may_publish(foundation) -> None:
    stack = foundation()
    expected = {"budgets.amazonaws.com", "cloudwatch.amazonaws.com", "costalerts.amazonaws.com"}
    assert publishers(stack, "AWS::SNS::TopicPolicy", "PolicyDocument") == expected
    assert expected <= publishers(stack, "AWS::KMS::Key", "KeyPolicy")
    (policy,) = stack.properties("AWS::SNS::TopicPolicy")
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert [s["Condition"] for s in allowed] == [{"StringEquals": {"aws:SourceAccount": "111122223333"}}]


def publishers(stack, resource_type: str, document: str) -> set[str]:
    services = (
        statement["Principal"]["Service"]
        for properties in stack.properties(resource_type)
        for statement in properties[document]["Statement"]
        if "Service" in statement["Principal"]
    )
    return {name for service in services for name in ([service] if isinstance(service, str) else service)}


def test_a_change_of_tags_does_not_touch_what_it_would_replace(foundation) -> None:
    stack = foundation("tags: {project: x}\nfoundation: {cost_anomaly: {monitor: create}}")
    for resource_type in ("AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription"):
        (properties,) = stack.properties(resource_type)
        assert "ResourceTags" not in properties


def test_what_is_included_in_the_backups_carries_the_tag_that_selects_it() -> None:
    stack = cdk.Stack(cdk.App(), "Data")
    bucket = s3.Bucket(stack, "Bucket")
    Backups.include(bucket, environment="dev")
    (resource,) = Template.from_stack(stack).find_resources("AWS::S3::Bucket").values()
    assert resource["Properties"]["Tags"] == [{"Key": "backup", "Value": "dev"}]


def test_a_first_deployment_that_fails_leaves_nothing_behind(foundation) -> None:
    stack = foundation("foundation: {backup: {}}")
    for resource_type in ("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::Backup::BackupVault"):
        for resource in stack.resources(resource_type).values():
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
