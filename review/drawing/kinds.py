"""What resource types are called in pictures, and what they are about."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from review.drawing.graph import Look

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST = 7

KINDS: Mapping[Look, Mapping[str, str]] = {
    Look.COMPUTE: {
        "AWS::SageMaker::Cluster": "HyperPod cluster",
        "AWS::SageMaker::ClusterSchedulerConfig": "cluster scheduler",
        "AWS::EKS::Cluster": "Kubernetes cluster",
        "AWS::EKS::Addon": "Kubernetes add-on",
        "AWS::ECS::Service": "container service",
        "AWS::ECS::TaskDefinition": "container task",
        "AWS::EC2::Instance": "instance",
        "AWS::AutoScaling::AutoScalingGroup": "group of instances",
        "AWS::Batch::JobQueue": "job queue",
    },
    Look.MODELS: {
        "AWS::SageMaker::Endpoint": "model endpoint",
        "AWS::SageMaker::InferenceComponent": "inference component",
        "AWS::SageMaker::Model": "model",
        "AWS::SageMaker::ModelPackageGroup": "model registry",
        "AWS::SageMaker::Workforce": "workforce",
        "AWS::SageMaker::Workteam": "work team",
        "AWS::Bedrock::Guardrail": "guardrail",
        "AWS::Bedrock::ApplicationInferenceProfile": "inference profile",
    },
    Look.DATA: {
        "AWS::RDS::DBCluster": "database cluster",
        "AWS::RDS::DBInstance": "database",
        "AWS::ElastiCache::ReplicationGroup": "cache",
        "AWS::DynamoDB::Table": "table",
        "AWS::FSx::FileSystem": "Lustre file system",
        "AWS::EFS::FileSystem": "file system",
        "AWS::S3::Bucket": "bucket",
        "AWS::SecretsManager::Secret": "secret",
        "AWS::ECR::Repository": "image repository",
        "AWS::SQS::Queue": "queue",
        "AWS::Backup::BackupVault": "backup vault",
        "AWS::Backup::BackupPlan": "backup plan",
        "AWS::EC2::Volume": "volume",
        "AWS::Kinesis::Stream": "stream",
    },
    Look.NETWORK: {
        "AWS::CloudFront::Distribution": "CloudFront distribution",
        "AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer",
        "AWS::ApiGateway::RestApi": "API",
        "AWS::ApiGatewayV2::Api": "API",
        "AWS::Lambda::Url": "function URL",
        "AWS::EC2::VPC": "VPC",
        "AWS::EC2::Subnet": "subnet",
        "AWS::EC2::NatGateway": "NAT gateway",
        "AWS::EC2::InternetGateway": "internet gateway",
        "AWS::EC2::VPCEndpoint": "VPC endpoint",
        "AWS::EC2::FlowLog": "flow log",
        "AWS::Route53::HostedZone": "hosted zone",
        "AWS::ServiceDiscovery::PrivateDnsNamespace": "private DNS namespace",
    },
    Look.SECURITY: {
        "AWS::WAFv2::WebACL": "web application firewall",
        "AWS::KMS::Key": "key",
        "AWS::Cognito::UserPool": "user pool",
        "AWS::Cognito::UserPoolDomain": "sign-in page",
    },
    Look.OPERATIONS: {
        "AWS::CloudWatch::Dashboard": "dashboard",
        "AWS::Budgets::Budget": "budget",
        "AWS::CE::AnomalySubscription": "cost anomaly alert",
    },
}
"""Of what is about several things, the first tells the look: a load balancer's certificate makes it no key store."""

_HELPERS: Mapping[str, tuple[str, Look]] = {
    "AWS::StepFunctions::StateMachine": ("state machine", Look.COMPUTE),
    "AWS::Lambda::Function": ("function", Look.COMPUTE),
    "Custom::AWSCDK-EKS-HelmChart": ("Helm chart", Look.COMPUTE),
    "Custom::AWSCDK-EKS-KubernetesResource": ("Kubernetes manifest", Look.COMPUTE),
    "AWS::Route53::RecordSet": ("DNS record", Look.NETWORK),
    "AWS::CertificateManager::Certificate": ("certificate", Look.SECURITY),
    "AWS::EKS::AccessEntry": ("cluster access entry", Look.SECURITY),
    "AWS::SNS::Topic": ("topic", Look.OPERATIONS),
    "AWS::CloudWatch::Alarm": ("alarm", Look.OPERATIONS),
    "AWS::Events::Rule": ("event rule", Look.OPERATIONS),
}
"""Told after what they help."""

_LAST_RESORT: Mapping[str, tuple[str, Look]] = {
    "AWS::EC2::SecurityGroup": ("security group", Look.NETWORK),
    "AWS::IAM::Role": ("role", Look.SECURITY),
    "AWS::IAM::ManagedPolicy": ("managed policy", Look.SECURITY),
    "AWS::Logs::LogGroup": ("log", Look.OPERATIONS),
}
"""Told only of a box that holds nothing else."""

_KNOWN = {type_: (word, look) for look, types in KINDS.items() for type_, word in types.items()}
_NAMES = _KNOWN | dict(_HELPERS) | dict(_LAST_RESORT)


def word(type_: str) -> str:
    """What one resource of a type is called: `AWS::Foo::BarBaz` without an entry is a `bar baz`."""
    known = _NAMES.get(type_)
    return known[0] if known else " ".join(_WORDS.split(type_.rpartition("::")[2])).lower()


def headline(types: Iterable[str]) -> tuple[str, ...]:
    """The lines of a box that holds resources of these types: `container service`, `3 secrets`."""
    counts = Counter(types)
    told = _told(counts)
    lines = [plural(word(type_), counts[type_]) for type_ in told]
    return tuple(lines) if len(lines) <= _MOST else (*lines[: _MOST - 1], f"and {len(lines) - _MOST + 1} other kinds")


def look(types: Iterable[str]) -> Look:
    """What a box that holds resources of these types is about."""
    told = _told(Counter(types))
    known = (_NAMES.get(type_) for type_ in told)
    return next((found[1] for found in known if found), Look.OPERATIONS)


def _told(counts: Mapping[str, int]) -> list[str]:
    told = [type_ for tier in (_KNOWN, _HELPERS) for type_ in tier if type_ in counts]
    return told or [type_ for type_ in _LAST_RESORT if type_ in counts] or list(counts)[:2]


def plural(name: str, count: int) -> str:
    """`3 secrets`, `2 databases of records`, or the name alone where there is one."""
    if count == 1:
        return name
    first, of, rest = name.partition(" of ")
    ends = "ies" if first.endswith("y") and first[-2] not in "aeou" else None
    plural = first[:-1] + ends if ends else first + ("es" if first.endswith(("s", "x", "ch")) else "s")
    return f"{count} {plural}{of}{rest}"
