"""Where resources keep data, and which of their properties say how it is protected.

Properties and defaults are those of the CloudFormation template reference, read on 2026-11-23:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.intrinsics import function, is_list, mapping, sequence


@dataclass(frozen=True, kw_only=True)
class StoreKind:
    """What a resource type is called and where its protection stands, as dotted property paths.

    `key` names the KMS key. `switch` turns encryption on; `default` is the encryption without it, and empty where there
    is none then. `backup` counts days, or is a switch (`backup_switch`). `public` opens it to the internet, `logs` to
    keep entries for some days.
    """

    name: str
    key: str = ""
    switch: str = ""
    default: str = ""
    backup: str = ""
    backup_switch: str = ""
    retention: str = ""
    public: str = ""


AWS_MANAGED = "the account's AWS managed key"
_AWS_OWNED = "a key that AWS owns"

STORES: Mapping[str, StoreKind] = {
    "AWS::S3::Bucket": StoreKind(
        name="bucket",
        key="BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID",
        default="S3's own key (SSE-S3)",
        backup_switch="VersioningConfiguration.Status",
    ),
    "AWS::RDS::DBCluster": StoreKind(
        name="database cluster",
        key="KmsKeyId",
        switch="StorageEncrypted",
        backup="BackupRetentionPeriod",
        public="PubliclyAccessible",
    ),
    "AWS::RDS::DBInstance": StoreKind(
        name="database",
        key="KmsKeyId",
        switch="StorageEncrypted",
        backup="BackupRetentionPeriod",
        public="PubliclyAccessible",
    ),
    "AWS::ElastiCache::ReplicationGroup": StoreKind(
        name="cache", key="KmsKeyId", switch="AtRestEncryptionEnabled", backup="SnapshotRetentionLimit"
    ),
    "AWS::DynamoDB::Table": StoreKind(
        name="table",
        key="SSESpecification.KMSMasterKeyId",
        default=_AWS_OWNED,
        backup_switch="PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
    ),
    "AWS::EFS::FileSystem": StoreKind(
        name="file system", key="KmsKeyId", switch="Encrypted", backup_switch="BackupPolicy.Status"
    ),
    "AWS::FSx::FileSystem": StoreKind(
        name="file system",
        key="KmsKeyId",
        default=AWS_MANAGED,
        backup="LustreConfiguration.AutomaticBackupRetentionDays",
    ),
    "AWS::EC2::Volume": StoreKind(name="volume", key="KmsKeyId", switch="Encrypted"),
    "AWS::Logs::LogGroup": StoreKind(name="log", key="KmsKeyId", default=_AWS_OWNED, retention="RetentionInDays"),
    "AWS::SecretsManager::Secret": StoreKind(name="secret", key="KmsKeyId", default=AWS_MANAGED),
    "AWS::SNS::Topic": StoreKind(name="topic", key="KmsMasterKeyId"),
    "AWS::SQS::Queue": StoreKind(
        name="queue", key="KmsMasterKeyId", default="SQS's own key (SSE-SQS)", retention="MessageRetentionPeriod"
    ),
    "AWS::ECR::Repository": StoreKind(
        name="image repository", key="EncryptionConfiguration.KmsKey", default="ECR's own key (AES-256)"
    ),
    "AWS::Kinesis::Stream": StoreKind(name="stream", key="StreamEncryption.KeyId"),
    "AWS::OpenSearchService::Domain": StoreKind(
        name="search domain", key="EncryptionAtRestOptions.KmsKeyId", switch="EncryptionAtRestOptions.Enabled"
    ),
    "AWS::Redshift::Cluster": StoreKind(
        name="warehouse",
        key="KmsKeyId",
        switch="Encrypted",
        backup="AutomatedSnapshotRetentionPeriod",
        public="PubliclyAccessible",
    ),
    "AWS::Backup::BackupVault": StoreKind(name="backup vault", key="EncryptionKeyArn", default=AWS_MANAGED),
    "AWS::EKS::Cluster": StoreKind(
        name="Kubernetes secrets", key="EncryptionConfig.0.Provider.KeyArn", default="a key of EKS"
    ),
}


def at(properties: object, path: str) -> object:
    """The value at a dotted path; None where there is none, and a call of a function as it stands."""
    value = properties
    for part in path.split(".") if path else ():
        if function(value):
            return value
        value = dict(enumerate(sequence(value))).get(int(part)) if is_list(value) else mapping(value).get(part)
    return value if path else None
