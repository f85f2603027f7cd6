"""Which key opens what, and what is wrong with a store."""

from pathlib import Path

import pytest

from review.assembly import Assembly, read_assembly
from review.sections.data import data_section
from tests.review.assembly_on_disk import Body, StackOnDisk, resource, write

BLOCKED = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)


def test_stores_lead_to_their_keys_and_all_logs_are_one_box(pictured_assembly: Assembly) -> None:
    (picture,) = data_section(pictured_assembly).pictures
    boxes = {node.title: node.lines for node in picture.graph.nodes}
    assert boxes["Data"] == ("database: 14 days of backups",)
    assert boxes["3 logs"] == ("2 kept for 90 days", "1 kept for 30 days")
    titles = {node.id: node.title for node in picture.graph.nodes}
    assert {(titles[edge.source], titles[edge.target]) for edge in picture.graph.edges} == {
        ("Data", "Foundation/Key"),
        ("Foundation", "Foundation/Key"),
        ("3 logs", "Foundation/Key"),
    }


def test_a_store_that_is_open_or_plain_is_drawn_so(tmp_path: Path) -> None:
    database = resource("AWS::RDS::DBInstance", PubliclyAccessible=True, BackupRetentionPeriod=1)
    folder = write(tmp_path / "out", {"One": StackOnDisk(resources={"It": database})}, report=[])
    (picture,) = data_section(read_assembly(folder)).pictures
    titles = {node.id: node.title for node in picture.graph.nodes}
    assert {(titles[edge.source], titles[edge.target]) for edge in picture.graph.edges} == {
        ("The internet", "One"),
        ("One", "Not encrypted"),
    }


def test_a_cluster_that_names_itself_tells_its_own_backups(tmp_path: Path) -> None:
    properties = {"DBClusterIdentifier": "shop", "StorageEncrypted": True, "BackupRetentionPeriod": 0}
    cluster = {"It": resource("AWS::RDS::DBCluster", **properties)}
    folder = write(tmp_path / "out", {"One": StackOnDisk(resources=cluster)}, report=[])
    assert [finding.rule for finding in data_section(read_assembly(folder)).findings] == ["NoBackup"]


FAULTS: dict[str, tuple[str, Body]] = {
    "a bucket that nothing keeps from being opened": (
        "NoPublicAccessBlock",
        resource("AWS::S3::Bucket", VersioningConfiguration={"Status": "Enabled"}),
    ),
    "a bucket that keeps no versions": (
        "NoEarlierState",
        resource("AWS::S3::Bucket", PublicAccessBlockConfiguration=BLOCKED),
    ),
    "a table without point-in-time recovery": ("NoEarlierState", resource("AWS::DynamoDB::Table")),
    "a log without an end": ("KeptForEver", resource("AWS::Logs::LogGroup")),
    "a cache in plain text on the wire": (
        "PlainTransit",
        resource("AWS::ElastiCache::ReplicationGroup", AtRestEncryptionEnabled=True, SnapshotRetentionLimit=1),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_data_section_finds(fault: str, tmp_path: Path) -> None:
    rule, store = FAULTS[fault]
    folder = write(tmp_path / "out", {"One": StackOnDisk(resources={"It": store})}, report=[])
    found = data_section(read_assembly(folder)).findings
    assert [(finding.rule, finding.resource) for finding in found] == [(rule, "It")]
