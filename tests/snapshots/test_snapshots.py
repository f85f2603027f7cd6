"""Every stack of every shipped environment and example, and apart from that what must never be replaced by accident.

A changed snapshot is read line by line, and the commit says why it changed.
"""

from pathlib import Path
from typing import Any

import pytest

from groundwork.yaml_document import read_yaml

ROOT = Path(__file__).parents[2]

STATELESS = {"Edge", "Gateway"}
# The types that hold what cannot be made again, with the properties whose change replaces them.
REPLACED_BY = {
    "AWS::Backup::BackupVault": ("BackupVaultName", "EncryptionKeyArn"),
    "AWS::EC2::Subnet": ("AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId"),
    "AWS::EC2::VPC": ("CidrBlock",),
    "AWS::EC2::VPCCidrBlock": ("CidrBlock", "VpcId"),
    "AWS::ECR::Repository": ("EncryptionConfiguration", "RepositoryName"),
    "AWS::ElastiCache::ReplicationGroup": ("CacheSubnetGroupName", "KmsKeyId", "Port", "ReplicationGroupId"),
    "AWS::ElastiCache::ServerlessCache": ("Engine", "KmsKeyId", "ServerlessCacheName", "SubnetIds"),
    "AWS::Cognito::UserPool": ("UserPoolName",),
    "AWS::EKS::Cluster": ("Name", "EncryptionConfig", "RoleArn"),
    "AWS::FSx::FileSystem": ("FileSystemType", "KmsKeyId", "StorageType", "SubnetIds"),
    "AWS::KMS::Key": (),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::RDS::DBCluster": ("DatabaseName", "DBClusterIdentifier", "DBSubnetGroupName", "KmsKeyId", "MasterUsername"),
    "AWS::RDS::DBInstance": ("DBInstanceIdentifier", "DBName", "DBSubnetGroupName", "KmsKeyId", "MasterUsername"),
    "AWS::RDS::DBSubnetGroup": ("DBSubnetGroupName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SageMaker::Cluster": ("ClusterName", "Orchestrator", "VpcConfig"),
    "AWS::SageMaker::Endpoint": ("EndpointName",),
    "AWS::SecretsManager::Secret": ("GenerateSecretString", "Name"),
    "AWS::SNS::Topic": ("TopicName",),
}


def _stacks_of(document: dict[str, Any]) -> list[str]:
    gateway, inference, labeling = (document.get(name, {}) for name in ("gateway", "inference", "labeling"))
    return [
        "Foundation",
        *(["Network"] if "network" in document else []),
        *(["GatewayData", "Gateway"] if gateway else []),
        *(["Edge"] if gateway and gateway["exposure"].startswith("cloudfront") else []),
        *(f"Inference-{each['name']}" for kind in ("endpoints", "catalogue") for each in inference.get(kind, ())),
        *(["Optimization"] if "optimization" in document else []),
        *(["Labeling"] if "workforce" in labeling else []),
        *(f"Defects-{name}" for name in labeling.get("projects", ())),
        *(["Cluster"] if "cluster" in document else []),
        *(["Spaces"] if "spaces" in document else []),
    ]


def shipped() -> list[tuple[str, str]]:
    """Environment and stack of each snapshot, from the files, so that a new file needs no change here."""
    files = sorted([*ROOT.glob("environments/*.yaml"), *ROOT.glob("environments/examples/*.yaml")])
    documents = [read_yaml(file).content for file in files]
    return [
        ("".join(part.capitalize() for part in document["name"].split("-")), stack)
        for document in documents
        for stack in _stacks_of(document)
    ]


EACH_STACK = pytest.mark.parametrize(
    ("environment", "name"), [pytest.param(*stack, id="-".join(stack)) for stack in shipped()]
)


@EACH_STACK
def test_template(stack, normalised, snapshot_json, environment: str, name: str) -> None:
    assert normalised(stack(environment, name).template) == snapshot_json


@EACH_STACK
def test_what_holds_state_is_not_replaced(stack, snapshot_json, environment: str, name: str) -> None:
    kept = {
        logical_id: {
            "Type": resource["Type"],
            "DeletionPolicy": resource.get("DeletionPolicy"),
            **{
                key: resource["Properties"][key]
                for key in REPLACED_BY[resource["Type"]]
                if key in resource["Properties"]
            },
        }
        for logical_id, resource in stack(environment, name).template["Resources"].items()
        if resource["Type"] in REPLACED_BY
    }
    assert kept or name in STATELESS
    assert kept == snapshot_json


def test_every_stack_has_a_snapshot(stacks) -> None:
    assert {(s.environment, s.name) for s in stacks} == set(shipped())
