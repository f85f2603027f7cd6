"""What each kind of resource is charged for."""

from pathlib import Path
from typing import Any

import pytest

from review.cost.charge import Kind
from tests.review.assembly_on_disk import resource
from tests.review.cost.month_of import month_of, usd

SUBNETS = ["subnet-1", "subnet-2"]


@pytest.mark.parametrize(
    ("type_", "properties", "charged"),
    [
        ("AWS::EC2::NatGateway", {}, {"NAT gateway": 32.85, "data through it": 4.5}),
        ("AWS::EC2::EIP", {}, {"public address": 3.65}),
        (
            "AWS::EC2::VPCEndpoint",
            {"VpcEndpointType": "Interface", "SubnetIds": SUBNETS},
            {"endpoint in 2 zones": 14.6, "data through it": 0.1},
        ),
        ("AWS::EC2::VPCEndpoint", {"RouteTableIds": ["rtb-1"]}, {}),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            {"Type": "application", "Scheme": "internal"},
            {"load balancer": 16.43, "capacity units": 5.84},
        ),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            {"Type": "network", "Scheme": "internet-facing", "Subnets": SUBNETS},
            {"load balancer": 16.43, "capacity units": 4.38, "public addresses in 2 zones": 7.3},
        ),
        ("AWS::WAFv2::WebACL", {"Rules": [{}, {}]}, {"firewall": 5, "2 rules": 2, "requests": 0.6}),
        ("AWS::KMS::Key", {}, {"key": 1, "calls": 0.3}),
        (
            "AWS::ElastiCache::ReplicationGroup",
            {"CacheNodeType": "cache.t4g.small", "Engine": "valkey", "NumCacheClusters": 2},
            {"2 x cache.t4g.small": 37.38},
        ),
        (
            "AWS::RDS::DBInstance",
            {"DBInstanceClass": "db.t4g.small", "MultiAZ": True, "AllocatedStorage": "20"},
            {"db.t4g.small": 47.45, "20 GiB": 4.6},
        ),
        (
            "AWS::FSx::FileSystem",
            {
                "FileSystemType": "LUSTRE",
                "StorageType": "SSD",
                "StorageCapacity": 1200,
                "LustreConfiguration": {"PerUnitStorageThroughput": 125},
            },
            {"1200 GiB, 125 MB/s for each TiB": 174},
        ),
        (
            "AWS::CloudWatch::Alarm",
            {"Metrics": [{"MetricStat": {}}, {"MetricStat": {}}, {}]},
            {"alarm on 2 metrics": 0.2},
        ),
        ("AWS::Cognito::UserPool", {}, {"users of the tier Essentials": 0.3}),
        ("AWS::StepFunctions::StateMachine", {}, {"state transitions": 0.03}),
        ("AWS::CertificateManager::Certificate", {"DomainName": "example.com"}, {}),
    ],
)
def test_a_resource_is_charged(
    tmp_path: Path, type_: str, properties: dict[str, Any], charged: dict[str, float]
) -> None:
    month = month_of(tmp_path, {"It": resource(type_, **properties)})
    assert usd(month) == charged
    assert month.unpriced == ()


def test_aurora_is_charged_by_the_least_capacity_of_its_cluster(tmp_path: Path) -> None:
    month = month_of(
        tmp_path,
        {
            "Cluster": resource("AWS::RDS::DBCluster", ServerlessV2ScalingConfiguration={"MinCapacity": 0.5}),
            "One": resource(
                "AWS::RDS::DBInstance", DBInstanceClass="db.serverless", DBClusterIdentifier={"Ref": "Cluster"}
            ),
        },
        replaced={"acu": 1},
    )
    assert usd(month)["0.5 ACU, the least"] == 43.8
    assert usd(month)["capacity above the least"] == 87.6


TASK = resource("AWS::ECS::TaskDefinition", Cpu="1024", Memory="4096", RuntimePlatform={"CpuArchitecture": "ARM64"})
TARGET = resource(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    ServiceNamespace="ecs",
    MinCapacity=2,
    MaxCapacity=4,
    ScheduledActions=[{"ScalableTargetAction": {"MaxCapacity": 6}}],
)


def test_tasks_are_fixed_at_the_least_and_used_up_to_the_most(tmp_path: Path) -> None:
    service = resource("AWS::ECS::Service", TaskDefinition={"Ref": "Task"}, DesiredCount=2)
    month = month_of(tmp_path, {"Task": TASK, "Service": service, "Target": TARGET}, utilization=0.5)
    hour = 0.03238 + 4 * 0.00356
    assert month.total.fixed == pytest.approx(2 * 730 * hour)
    assert month.total.usage == pytest.approx(4 * 365 * hour)


ENDPOINT = resource(
    "AWS::SageMaker::EndpointConfig",
    ProductionVariants=[{"InstanceType": "ml.g6e.12xlarge", "InitialInstanceCount": 2, "VariantName": "All"}],
)
COPIES = resource(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    ServiceNamespace="sagemaker",
    ScalableDimension="sagemaker:inference-component:DesiredCopyCount",
    MinCapacity=1,
    MaxCapacity=90,
)


def test_the_hours_of_gpus_are_told_apart(tmp_path: Path) -> None:
    month = month_of(tmp_path, {"Key": resource("AWS::KMS::Key"), "Config": ENDPOINT, "Copies": COPIES})
    assert month.total.gpu_hours == 2 * 4 * 730
    assert month.total.gpu == pytest.approx(2 * 730 * 13.12)
    assert month.total.usd == pytest.approx(month.total.gpu + 1.3)


def test_an_endpoint_that_scales_to_nothing_costs_nothing_fixed(tmp_path: Path) -> None:
    variant = {"InstancePools": [{"InstanceType": "ml.g6e.xlarge"}], "InitialInstanceCount": 1}
    variant |= {"ManagedInstanceScaling": {"MinInstanceCount": 0, "MaxInstanceCount": 2}}
    config = resource("AWS::SageMaker::EndpointConfig", ProductionVariants=[variant])
    month = month_of(tmp_path, {"Config": config}, utilization=0.25)
    assert {line.charge.kind for line in month.lines} == {Kind.USAGE}
    assert month.total.usd == pytest.approx(2 * 730 * 0.25 * 2.61)


@pytest.mark.parametrize(("utilization", "hours"), [(0, 0), (0.3, 219), (1, 730)])
def test_a_group_that_karpenter_fills_is_assumed(tmp_path: Path, utilization: float, hours: float) -> None:
    count = {"Fn::GetAtt": ["Sizes", "Nodes0"]}
    group = {"InstanceGroupName": "bursts", "InstanceType": "ml.g5.8xlarge", "InstanceCount": count}
    month = month_of(
        tmp_path, {"It": resource("AWS::SageMaker::Cluster", InstanceGroups=[group])}, utilization=utilization
    )
    assert month.total.fixed == 0
    assert month.total.gpu_hours == pytest.approx(hours)
