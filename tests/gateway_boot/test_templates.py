"""What a task is given comes from the templates, through every reference between the stacks, or not at all."""

from pathlib import Path

import pytest

from tests.gateway_boot.templates import Templates

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {}}
TEMPLATES = Templates(
    account="111122223333",
    region="us-east-1",
    files={"Data": Path("Data"), "Service": Path("Service")},
    by_stack={
        "Data": {
            "Resources": {"Files": BUCKET, "Key": {"Type": "AWS::KMS::Key", "Properties": {}}},
            "Outputs": {
                "Name": {"Value": {"Ref": "Files"}},
                "Key": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}, "Export": {"Name": "Dev-Data:Key"}},
            },
        },
        "Service": {"Resources": {}},
    },
)
WEAK = {"Fn::GetStackOutput": {"StackName": "Dev-Data", "Region": "us-east-1", "OutputName": "Name"}}
STRONG = {"Fn::ImportValue": "Dev-Data:Key"}
KNOWN = {("AWS::S3::Bucket", "Ref"): "files", ("AWS::KMS::Key", "Arn"): "key"}


def test_references_between_stacks_become_what_the_deployment_has_made():
    value = {"Resource": [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", WEAK, "/*"]]}, STRONG]}
    assert TEMPLATES.resolved("Service", value, KNOWN) == {"Resource": ["arn:aws:s3:::files/*", "key"]}


@pytest.mark.parametrize("value", [WEAK, [STRONG], {"Fn::Join": ["", [WEAK]]}])
def test_what_nobody_has_made_is_an_error(value: object):
    with pytest.raises(LookupError, match="of stack Data, known"):
        TEMPLATES.resolved("Service", value, {})


def test_a_function_that_is_not_understood_is_an_error():
    with pytest.raises(LookupError, match="Fn::Sub"):
        TEMPLATES.resolved("Service", {"Fn::Sub": "${AWS::Region}"}, KNOWN)
