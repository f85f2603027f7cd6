"""What holds data or identity that a new resource does not have, and what CloudFormation does with it."""

from review.assembly import Resource

STATEFUL = frozenset(
    """
    AWS::Backup::BackupVault AWS::Bedrock::KnowledgeBase AWS::Cognito::UserPool AWS::DocDB::DBCluster
    AWS::DocDB::DBInstance AWS::DynamoDB::GlobalTable AWS::DynamoDB::Table AWS::EC2::VPC AWS::EC2::Volume
    AWS::ECR::Repository AWS::EFS::FileSystem AWS::EKS::Cluster AWS::ElastiCache::CacheCluster
    AWS::ElastiCache::ReplicationGroup AWS::ElastiCache::ServerlessCache AWS::FSx::FileSystem AWS::KMS::Key
    AWS::Kinesis::Stream AWS::Logs::LogGroup AWS::Neptune::DBCluster AWS::Neptune::DBInstance
    AWS::OpenSearchService::Domain AWS::RDS::DBCluster AWS::RDS::DBInstance AWS::Redshift::Cluster
    AWS::Route53::HostedZone AWS::S3::Bucket AWS::SQS::Queue AWS::SageMaker::Cluster AWS::SageMaker::Domain
    AWS::SageMaker::ModelPackageGroup AWS::SageMaker::Workforce AWS::SecretsManager::Secret
    """.split()
)
"""cfn-lint's list (`data/AdditionalSpecs/StatefulResources.json` of 1.58), and what this platform cannot make again:
networks, clusters, image repositories, zones, workforces and model registries."""

_KEPT = ("Retain", "RetainExceptOnCreate")
_DELETION, _REPLACEMENT = "DeletionPolicy", "UpdateReplacePolicy"
_PROTECTIONS = ("DeletionProtection", "DeletionProtectionEnabled")
"""Of databases, tables, clusters of EKS and user pools."""
_SNAPSHOT_BY_DEFAULT = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")


def when_deleted(resource: Resource) -> str:
    """`kept`, `protected`, `snapshot` or `lost`, after its DeletionPolicy or CloudFormation's default for the type.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    cluster_member = resource.type == "AWS::RDS::DBInstance" and "DBClusterIdentifier" in resource.properties
    default = "Snapshot" if resource.type in _SNAPSHOT_BY_DEFAULT and not cluster_member else "Delete"
    return _fate(str(resource.body.get(_DELETION, default)), resource)


def when_replaced(before: Resource, after: Resource) -> str:
    """As `when_deleted`, for the old one of a replacement: it counts as kept only where both templates keep it."""
    fates = [_fate(str(resource.body.get(_REPLACEMENT, "Delete")), before) for resource in (before, after)]
    return next((fate for fate in ("lost", "snapshot", "protected") if fate in fates), "kept")


def _fate(policy: str, resource: Resource) -> str:
    if policy in _KEPT:
        return "kept"
    if any(str(resource.properties.get(name)).lower() in ("true", "active") for name in _PROTECTIONS):
        return "protected"
    return "snapshot" if policy == "Snapshot" else "lost"
