"""Every stack of every shipped environment and example, and apart from that what must never be replaced by accident.

A changed snapshot is read line by line, and the commit says why it changed.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# The types that hold what cannot be made again, with the properties whose change replaces them.
REPLACED_BY = {
    "AWS::Backup::BackupVault": ("BackupVaultName", "EncryptionKeyArn"),
    "AWS::EC2::Subnet": ("AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId"),
    "AWS::EC2::VPC": ("CidrBlock",),
    "AWS::EC2::VPCCidrBlock": ("CidrBlock", "VpcId"),
    "AWS::KMS::Key": (),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SNS::Topic": ("TopicName",),
}


def shipped() -> list[tuple[str, str]]:
    """Environment and stack of each snapshot, from the files, so that a new file needs no change here."""
    files = sorted([*ROOT.glob("environments/*.yaml"), *ROOT.glob("environments/examples/*.yaml")])
    names = [
        (file.read_text(), next(n for n in file.read_text().split("\n") if n.startswith("name: "))) for file in files
    ]
    return [
        ("".join(part.capitalize() for part in name.removeprefix("name: ").split("-")), stack)
        for text, name in names
        for stack in (["Foundation", "Network"] if "\nnetwork:" in text else ["Foundation"])
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
    assert kept
    assert kept == snapshot_json


def test_every_stack_has_a_snapshot(stacks) -> None:
    assert {(s.environment, s.name) for s in stacks} == set(shipped())
