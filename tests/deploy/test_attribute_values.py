"""What a walked resource answers has the form that AWS gives it, so that other resources accept it."""

import json
from pathlib import Path
from typing import Any

import pytest
import regex

from operations.local.engine.identity import Identity, Scope
from operations.local.engine.lifecycle import Lifecycle, _attribute
from operations.local.engine.pattern_sample import sample
from operations.local.engine.resource_type import resource_type, resource_type_names

HOME = Scope(account="111122223333", region="eu-central-1")
ROLE = "arn:aws:iam::111122223333:role/worker"
SERVICES = {
    *"ApplicationAutoScaling Backup Bedrock Budgets CE CloudFront CloudWatch Cognito EC2 ECS EFS EKS".split(),
    *"ElastiCache FSx IAM KMS Logs RDS S3 SNS SageMaker SecretsManager StepFunctions WAFv2".split(),
}
# A pattern that nothing matches: it has a second beginning in its middle.
UNMATCHABLE = {("AWS::EC2::CapacityReservation", "PlacementGroupArn")}


@pytest.fixture
def lifecycle() -> Lifecycle:
    return Lifecycle(scope=lambda: HOME)


def platform_types(assembly: Path) -> set[str]:
    templates = (json.loads(path.read_text()) for path in assembly.glob("assembly-*/*.template.json"))
    used = {resource["Type"] for template in templates for resource in template.get("Resources", {}).values()}
    named = {name for name in resource_type_names() if name.split("::")[1] in SERVICES}
    return (used & resource_type_names()) | named


def test_every_value_of_the_platforms_services_has_the_form_that_its_own_type_demands(assembly: Path) -> None:
    identity = Identity(scope=HOME, stack="Dev-Gateway", logical_id="Thing", generation=0)
    wrong, checked = [], 0
    for name in sorted(platform_types(assembly)):
        try:
            kind = resource_type(name=name, region=HOME.region)
        except ValueError:  # not in this Region
            continue
        for path in kind.attributes:
            definition, value = kind.definition(path), _attribute(kind, identity, {}, path)
            if isinstance(value, str) and "pattern" in definition:
                checked += 1
                short, long = definition.get("minLength", 0), definition.get("maxLength", 10**6)
                if not (regex.search(definition["pattern"], value) and short <= len(value) <= long):
                    wrong.append((name, ".".join(path)))
    assert checked > 100
    assert set(wrong) <= UNMATCHABLE


CLUSTER = {
    "InstanceGroups": [
        {
            "InstanceGroupName": "workers",
            "InstanceType": "ml.g5.xlarge",
            "InstanceCount": 1,
            "ExecutionRole": ROLE,
            "LifeCycleConfig": {"OnCreate": "start.sh", "SourceS3Uri": "s3://sagemaker-scripts/"},
        }
    ]
}
DOMAIN = {
    "DomainName": "studio",
    "AuthMode": "IAM",
    "VpcId": "vpc-12345678",
    "SubnetIds": ["subnet-12345678"],
    "DefaultUserSettings": {"ExecutionRole": ROLE},
}
QUOTA = {
    "ComputeQuotaTarget": {"TeamName": "research"},
    "ComputeQuotaConfig": {
        "ComputeQuotaResources": [{"InstanceType": "ml.g5.xlarge", "Count": 1}],
        "ResourceSharingConfig": {"Strategy": "DontLend"},
    },
}
GUARDRAIL = {"Name": "floor", "BlockedInputMessaging": "no", "BlockedOutputsMessaging": "no"}


@pytest.mark.parametrize("attribute", ["Ref", "ClusterArn"])
def test_quotas_and_schedulers_accept_a_cluster(lifecycle: Lifecycle, attribute: str) -> None:
    cluster = answers(lifecycle, "AWS::SageMaker::Cluster", CLUSTER)[attribute]
    lifecycle.create("AWS::SageMaker::ComputeQuota", "Quota", {"Name": "q", "ClusterArn": cluster, **QUOTA}, "Stack")
    scheduler = {"Name": "s", "ClusterArn": cluster, "SchedulerConfig": {"FairShare": "Enabled"}}
    lifecycle.create("AWS::SageMaker::ClusterSchedulerConfig", "Scheduler", scheduler, "Stack")
    assert len(lifecycle.listing()) == 3


def test_spaces_and_profiles_accept_a_domain(lifecycle: Lifecycle) -> None:
    domain = answers(lifecycle, "AWS::SageMaker::Domain", DOMAIN)["Ref"]
    lifecycle.create("AWS::SageMaker::Space", "Space", {"DomainId": domain, "SpaceName": "own"}, "Stack")
    lifecycle.create("AWS::SageMaker::UserProfile", "User", {"DomainId": domain, "UserProfileName": "own"}, "Stack")
    assert len(lifecycle.listing()) == 3


@pytest.mark.parametrize("attribute", ["GuardrailId", "GuardrailArn"])
def test_a_guardrail_version_accepts_a_guardrail(lifecycle: Lifecycle, attribute: str) -> None:
    guardrail = answers(lifecycle, "AWS::Bedrock::Guardrail", GUARDRAIL)
    assert guardrail["Version"] == "DRAFT"
    version = answers(lifecycle, "AWS::Bedrock::GuardrailVersion", {"GuardrailIdentifier": guardrail[attribute]})
    assert version["Version"] == "1"


def answers(lifecycle: Lifecycle, kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    reference, attributes = lifecycle.create(kind, "Thing", properties, "Stack")
    return {"Ref": reference, **attributes}


@pytest.mark.parametrize(
    ("kind", "properties", "attribute", "form"),
    [
        ("AWS::EC2::EIP", {"Domain": "vpc"}, "AllocationId", r"eipalloc-[0-9a-f]{17}"),
        ("AWS::EC2::NatGateway", {"SubnetId": "subnet-1"}, "NatGatewayId", r"nat-[0-9a-f]{17}"),
        ("AWS::EC2::FlowLog", {"ResourceId": "vpc-1", "ResourceType": "VPC"}, "Id", r"fl-[0-9a-f]{17}"),
        (
            "AWS::ElastiCache::ServerlessCache",
            {"ServerlessCacheName": "c", "Engine": "valkey"},
            "Endpoint.Address",
            r"[0-9a-f]+\.elasticache\.eu-central-1\.example\.com",
        ),
        (
            "AWS::ElastiCache::ServerlessCache",
            {"ServerlessCacheName": "c", "Engine": "valkey"},
            "Endpoint.Port",
            "6379",
        ),
        (
            "AWS::CloudFront::VpcOrigin",
            {
                "VpcOriginEndpointConfig": {
                    "Arn": "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/x/1",
                    "Name": "n",
                }
            },
            "Arn",
            r"arn:aws:cloudfront::111122223333:vpcorigin/.+",
        ),
        (
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            {
                "PolicyName": "p",
                "PolicyType": "TargetTrackingScaling",
                "ResourceId": "endpoint/x/variant/v",
                "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
                "ServiceNamespace": "sagemaker",
            },
            "Arn",
            r"arn:aws:autoscaling:eu-central-1:111122223333:.+",
        ),
        (
            "AWS::SageMaker::EndpointConfig",
            {"ProductionVariants": [{"VariantName": "v", "ModelName": "m"}]},
            "EndpointConfigArn",
            r"arn:aws:sagemaker:eu-central-1:111122223333:endpoint-config/.+",
        ),
    ],
)
def test_values_have_the_form_that_aws_gives_them(
    lifecycle: Lifecycle, kind: str, properties: dict[str, Any], attribute: str, form: str
) -> None:
    assert regex.fullmatch(form, str(answers(lifecycle, kind, properties)[attribute]))


@pytest.mark.parametrize(
    "pattern", ["^a{3}[^a-z]$", r"^(x|y)-\d{4}\.\w+$", "^[A-F]{2,}$", "^DRAFT$", r"^\S+$", "^(?:ab)?c$"]
)
def test_a_sample_is_matched_by_its_pattern_and_the_same_each_time(pattern: str) -> None:
    text = sample(pattern, seed="one", repeats=4)
    assert regex.search(pattern, text)
    assert text == sample(pattern, seed="one", repeats=4)


def test_what_cannot_be_sampled_is_no_text() -> None:
    assert sample(r"^\p{Lu}+$", seed="one", repeats=4) is None
    assert sample("[a", seed="one", repeats=4) is None
