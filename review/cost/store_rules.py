"""What stores of data are charged for: databases, caches, files, objects, images, logs and backups."""

from collections.abc import Iterator, Mapping

from review.cost.charge import Charge, Kind, Place, Rule, hours
from review.cost.price_list import HOURS_PER_MONTH, Item
from rules.intrinsics import mapping

_AURORA = (("databaseEngine", "Aurora PostgreSQL"),)
_POSTGRESQL = (("databaseEngine", "PostgreSQL"),)
_SERVERLESS = "db.serverless"


def _rds(usage: str, where: tuple[tuple[str, str], ...] = ()) -> Item:
    return Item(service="AmazonRDS", usage=usage, where=where)


def _cluster(place: Place) -> Iterator[Charge]:
    yield place.assumed("database-gb", "storage", _rds("Aurora:StorageUsage"))
    yield place.assumed("database-io", "reads and writes", _rds("Aurora:StorageIOUsage"))


def _instance(place: Place) -> Iterator[Charge]:
    kind = place.text("DBInstanceClass")
    if kind == _SERVERLESS:
        item = _rds("Aurora:ServerlessV2Usage", _AURORA)
        least = _least_capacity(place)
        yield hours(f"{least:g} ACU, the least", item, least)
        yield place.assumed("acu", "capacity above the least", item, times=HOURS_PER_MONTH)
    elif place.resource.properties.get("DBClusterIdentifier"):
        yield hours(kind, _rds(f"InstanceUsage:{kind}", _AURORA))
    else:
        zones = "Multi-AZ" if place.text("MultiAZ") == "true" else ""
        yield hours(kind, _rds(f"{zones or 'Instance'}Usage:{kind}", _POSTGRESQL))
        gib = place.number("AllocatedStorage") or 0
        storage = _rds(f"RDS:{'Multi-AZ-' if zones else ''}GP3-Storage", _POSTGRESQL)
        yield Charge(what=f"{gib:g} GiB", item=storage, quantity=gib)


def _least_capacity(place: Place) -> float:
    (cluster, *_) = [*place.stack.template.references(place.resource.properties.get("DBClusterIdentifier")), ""]
    holder = place.stack.resources.get(cluster)
    scaling = mapping(holder.properties.get("ServerlessV2ScalingConfiguration")) if holder else {}
    return place.as_number(scaling.get("MinCapacity")) or 0


def _cache(place: Place) -> Iterator[Charge]:
    kind, engine = place.text("CacheNodeType"), place.text("Engine", "redis")
    shards = place.number("NumNodeGroups") or 1
    replicas = place.number("ReplicasPerNodeGroup")
    nodes = place.number("NumCacheClusters") or shards * (1 + (replicas or 0))
    item = Item(service="AmazonElastiCache", usage=f"NodeUsage:{kind}", where=(("cacheEngine", engine.capitalize()),))
    yield hours(f"{nodes:g} x {kind}", item, nodes)


def _bucket(place: Place) -> Iterator[Charge]:
    yield place.assumed("bucket-gb", "objects", Item(service="AmazonS3", usage="TimedStorage-ByteHrs"))
    yield place.assumed("bucket-writes", "requests that write", Item(service="AmazonS3", usage="Requests-Tier1"))


def _images(place: Place) -> Iterator[Charge]:
    yield place.assumed("image-gb", "images", Item(service="AmazonECR", usage="TimedStorage-ByteHrs"))


def _log(place: Place) -> Iterator[Charge]:
    yield place.assumed("log-gb", "entries written", Item(service="AmazonCloudWatch", usage="DataProcessing-Bytes"))
    yield place.assumed("log-gb", "entries kept", Item(service="AmazonCloudWatch", usage="TimedStorage-ByteHrs"))


def _file_system(place: Place) -> Iterator[Charge]:
    gib = place.number("StorageCapacity") or 0
    kind = place.text("FileSystemType").capitalize()
    throughput = place.text("LustreConfiguration.PerUnitStorageThroughput", "unknown")
    where = (("operation", f"CreateFileSystem:{kind}"),)
    item = Item(service="AmazonFSx", usage=f"Storage.{place.text('StorageType', 'SSD')}.{throughput}", where=where)
    yield Charge(what=f"{gib:g} GiB, {throughput} MB/s for each TiB", item=item, quantity=gib)


def _volume(place: Place) -> Iterator[Charge]:
    gib, kind = place.number("Size") or 0, place.text("VolumeType", "gp2")
    yield Charge(what=f"{gib:g} GiB", item=Item(service="AmazonEC2", usage=f"EBS:VolumeUsage.{kind}"), quantity=gib)


def _vault(place: Place) -> Iterator[Charge]:
    yield place.assumed("backup-gb", "backups of databases", _rds("Aurora:BackupUsage"))


def _secret(place: Place) -> Iterator[Charge]:
    service = "AWSSecretsManager"
    yield Charge(what="secret", item=Item(service=service, usage="AWSSecretsManager-Secrets"), quantity=1)
    yield place.assumed("secret-calls", "calls", Item(service=service, usage="AWSSecretsManagerAPIRequest"))


def _key(place: Place) -> Iterator[Charge]:
    # Each of the first two yearly rotations costs as much again: https://aws.amazon.com/kms/pricing/
    yield Charge(what="key", item=Item(service="awskms", usage="KMS-Keys"), quantity=1, kind=Kind.FIXED)
    yield place.assumed("key-calls", "calls", Item(service="awskms", usage="KMS-Requests"))


RULES: Mapping[str, Rule] = {
    "AWS::Backup::BackupVault": _vault,
    "AWS::EC2::Volume": _volume,
    "AWS::ECR::Repository": _images,
    "AWS::ElastiCache::ReplicationGroup": _cache,
    "AWS::FSx::FileSystem": _file_system,
    "AWS::KMS::Key": _key,
    "AWS::Logs::LogGroup": _log,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::DBInstance": _instance,
    "AWS::S3::Bucket": _bucket,
    "AWS::SecretsManager::Secret": _secret,
}
