"""Volumes, file systems and their backups, and snapshots."""

from collections.abc import Iterator

from operations.doctor.reader import Read, Reader
from operations.leftovers.leftover import Leftover
from operations.leftovers.look import Look
from operations.leftovers.scope import Scope, Tags, tags_of
from review.cost.price_list import Item

_TOKENS = ("NextToken", "NextToken")


# What the EBS driver marks its volumes and snapshots with; the cluster has the environment's name:
# https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/tagging.md and
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEBSCSIDriverEKSClusterScopedPolicy.html
_OWNED, _CLUSTER = "kubernetes.io/cluster/{}", "ebs.csi.aws.com/cluster-name"


def _volume_filters(scope: Scope) -> Iterator[dict[str, object]]:
    yield {"Name": "tag:environment", "Values": [scope.name]}
    if not scope.stacks:
        yield {"Name": "tag-key", "Values": [_OWNED.format(scope.name)]}
        yield {"Name": f"tag:{_CLUSTER}", "Values": [scope.name]}


def _belongs(scope: Scope, tags: Tags) -> str:
    """How it is known to be left; empty where it is not."""
    if scope.is_left(tags):
        return scope.why(tags)
    of_cluster = tags.get(_OWNED.format(scope.name)) == "owned" or tags.get(_CLUSTER) == scope.name
    return f"of the cluster {scope.name}" if of_cluster and not scope.stacks else ""


def _volumes(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    seen: set[str] = set()
    for one in _volume_filters(scope):
        for volume in reader.ask_all("ec2", "DescribeVolumes", "Volumes", tokens=_TOKENS, Filters=[one]):
            id_, why = volume["VolumeId"], _belongs(scope, tags_of(volume.get("Tags", ())))
            if not why or id_ in seen:
                continue
            seen.add(id_)
            item = Item(service="AmazonEC2", usage=f"EBS:VolumeUsage.{volume.get('VolumeType')}")
            yield Leftover(
                kind="volume",
                id=id_,
                region=scope.region,
                why=why,
                command=f"aws ec2 delete-volume --volume-id {id_} --region {scope.region}",
                usd_per_month=scope.usd(item, volume.get("Size", 0)),
                note=f"{volume.get('Size', 0)} GiB" + ("; attached" * (volume.get("State") == "in-use")),
            )


def _snapshots(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    seen: set[str] = set()
    item = Item(service="AmazonEC2", usage="EBS:SnapshotUsage")
    for one in _volume_filters(scope):
        for snapshot in reader.ask_all(
            "ec2", "DescribeSnapshots", "Snapshots", tokens=_TOKENS, OwnerIds=["self"], Filters=[one]
        ):
            id_, why = snapshot["SnapshotId"], _belongs(scope, tags_of(snapshot.get("Tags", ())))
            if not why or id_ in seen:
                continue
            seen.add(id_)
            yield Leftover(
                kind="snapshot of a volume",
                id=id_,
                region=scope.region,
                why=why,
                command=f"aws ec2 delete-snapshot --snapshot-id {id_} --region {scope.region}",
                usd_per_month=scope.usd(item, snapshot.get("VolumeSize", 0)),
                note="at most, as only what changed is stored",
            )


def _file_systems(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    for system in reader.ask_all("fsx", "DescribeFileSystems", "FileSystems", tokens=_TOKENS):
        id_, tags = system["FileSystemId"], tags_of(system.get("Tags", ()))
        if not scope.is_left(tags) or system.get("Lifecycle") == "DELETING":
            continue
        throughput = system.get("LustreConfiguration", {}).get("PerUnitStorageThroughput")
        item = Item(
            service="AmazonFSx",
            usage=f"Storage.{system.get('StorageType')}.{throughput}",
            where=(("operation", f"CreateFileSystem:{system.get('FileSystemType', '').capitalize()}"),),
        )
        yield Leftover(
            kind="file system",
            id=id_,
            region=scope.region,
            why=scope.why(tags),
            command=f"aws fsx delete-file-system --file-system-id {id_} --region {scope.region}",
            state=scope.state(tags),
            usd_per_month=scope.usd(item, system.get("StorageCapacity", 0)),
            note=f"{system.get('StorageCapacity', 0)} GiB",
        )


def _backups(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    for backup in reader.ask_all("fsx", "DescribeBackups", "Backups", tokens=_TOKENS):
        # Tags are copied from the file system, and CloudFormation's are not among them.
        id_, tags = backup["BackupId"], tags_of(backup.get("Tags", ()))
        if scope.is_left(tags):
            keeps = scope.facts.environment.keep_data
            yield Leftover(
                kind="backup of a file system",
                id=id_,
                region=scope.region,
                why=scope.why(tags),
                command=f"aws fsx delete-backup --backup-id {id_} --region {scope.region}",
                state="kept" if keeps else "forgotten",
            )


def _database_snapshots(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    for operation, listed, prefix, flag in (
        ("DescribeDBClusterSnapshots", "DBClusterSnapshots", "DBClusterSnapshot", "db-cluster-snapshot"),
        ("DescribeDBSnapshots", "DBSnapshots", "DBSnapshot", "db-snapshot"),
    ):
        source = "DBClusterIdentifier" if "Cluster" in prefix else "DBInstanceIdentifier"
        for snapshot in reader.ask_all("rds", operation, listed, tokens=("Marker", "Marker"), SnapshotType="manual"):
            id_, tags = snapshot[f"{prefix}Identifier"], tags_of(snapshot.get("TagList", ()))
            named = not scope.stacks and snapshot.get(source) == f"groundwork-{scope.name}-gateway"
            if named or scope.is_left(tags):
                yield Leftover(
                    kind="snapshot of a database",
                    id=id_,
                    region=scope.region,
                    why=f"of the database {snapshot[source]}" if named else scope.why(tags),
                    command=f"aws rds delete-{flag} --{flag}-identifier {id_} --region {scope.region}",
                    state="kept" if scope.facts.environment.keep_data else "forgotten",
                )


def _read(service: str, operation: str) -> Read:
    return Read(service=service, operation=operation, action=f"{service}:{operation}")


LOOKS = (
    Look(name="volumes", reads=(_read("ec2", "DescribeVolumes"),), take=_volumes),
    Look(name="snapshots of volumes", reads=(_read("ec2", "DescribeSnapshots"),), take=_snapshots),
    Look(name="file systems", reads=(_read("fsx", "DescribeFileSystems"),), take=_file_systems),
    Look(name="backups of file systems", reads=(_read("fsx", "DescribeBackups"),), take=_backups),
    Look(
        name="snapshots of databases",
        reads=(_read("rds", "DescribeDBClusterSnapshots"), _read("rds", "DescribeDBSnapshots")),
        take=_database_snapshots,
    ),
)
