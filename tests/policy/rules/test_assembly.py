"""What depends on where a template is deployed: imports, weak references, images and certificates of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.assembly import read_templates
from rules.pack import check_templates
from rules.template import Template
from tests.policy.rules.engines import LOCKED

DEV, PROD = "111122223333", "444455556666"
EXPORT = {"Outputs": {"Vpc": {"Value": "v", "Export": {"Name": "Network:VpcId"}}}}
IMPORT = {"Resources": {"G": {"Type": "T", "Properties": {"V": {"Fn::ImportValue": "Network:VpcId"}}}}}


def stack(
    body: dict[str, object], *, name: str = "Stack", account: str | None = DEV, region: str = "us-east-1"
) -> Template:
    return Template(name, body, stack=name, account=account, region=region)


def found(*templates: Template) -> list[str]:
    return [finding.id for _, finding in check_templates(templates, digests=LOCKED)]


def weak(**call: str) -> dict[str, object]:
    reference = {"Fn::GetStackOutput": {"StackName": "Dev-Network", "OutputName": "Vpc", **call}}
    return {"Resources": {"G": {"Type": "T", "Properties": {"V": reference}}}}


def test_an_export_of_the_same_account_and_region_satisfies_an_import():
    assert found(stack(EXPORT), stack(IMPORT)) == []


@pytest.mark.parametrize(("account", "region"), [(PROD, "us-east-1"), (DEV, "eu-central-1")])
def test_an_export_elsewhere_does_not(account: str, region: str):
    importing = stack(IMPORT, account=account, region=region)
    assert found(stack(EXPORT), importing) == ["NoImportWithoutExport[Network:VpcId]"]


def test_a_weak_reference_finds_its_stack_and_output_also_in_another_region():
    network = stack(EXPORT, name="Dev-Network")
    assert found(network, stack(weak(Region="us-east-1"), region="eu-central-1")) == []
    assert found(network, stack(weak())) == []


def test_a_weak_reference_to_another_account_names_a_role():
    network = stack(EXPORT, name="Dev-Network")
    role = f"arn:aws:iam::{DEV}:role/reader"
    assert found(network, stack(weak(RoleArn=role), account=PROD)) == []
    assert found(network, stack(weak(), account=PROD)) == ["NoImportWithoutExport[Dev-Network.Vpc]"]


@pytest.mark.parametrize("call", [{"OutputName": "Subnet"}, {"StackName": "Prod-Network"}, {"Region": "eu-west-1"}])
def test_a_weak_reference_to_what_is_not_there_is_refused(call: dict[str, str]):
    assert len(found(stack(EXPORT, name="Dev-Network"), stack(weak(**call)))) == 1


@pytest.mark.parametrize(("account", "findings"), [(DEV, 0), (PROD, 1), (None, 1)])
def test_an_image_of_the_assembly_is_one_of_the_own_account(account: str | None, findings: int):
    image = f"{DEV}.dkr.ecr.us-east-1.amazonaws.com/cdk-hnb659fds-container-assets-{DEV}-us-east-1:{'a' * 64}"
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [{"Image": image}]}}
    assert len(found(stack({"Resources": {"Task": task}}, account=account))) == findings


@pytest.mark.parametrize(("account", "findings"), [(DEV, 0), (PROD, 1)])
def test_a_key_is_left_to_the_own_account_only(account: str, findings: int):
    principal = {"AWS": f"arn:aws:iam::{DEV}:root"}
    allow = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [allow]}}}
    assert len(found(stack({"Resources": {"Key": key}}, account=account))) == findings


@pytest.mark.parametrize(("region", "findings"), [("us-east-1", 0), ("eu-central-1", 1)])
def test_a_certificate_of_the_stack_is_in_the_region_of_the_stack(region: str, findings: int):
    viewer = {"ViewerCertificate": {"AcmCertificateArn": {"Ref": "Certificate"}}}
    body = {
        "Certificate": {"Type": "AWS::CertificateManager::Certificate"},
        "Edge": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": viewer}},
    }
    assert len(found(stack({"Resources": body}, region=region))) == findings


def test_the_manifest_tells_where_a_template_is_deployed(tmp_path: Path):
    def artifact(file: str, environment: str) -> dict[str, object]:
        return {"environment": environment, "properties": {"templateFile": file, "stackName": "Dev-" + file[0]}}

    artifacts = {
        "A": artifact("a.template.json", f"aws://{DEV}/us-east-1"),
        "B": artifact("b.template.json", "aws://unknown-account/unknown-region"),
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    paths = [tmp_path / f"{name}.template.json" for name in "abc"]
    for path in paths:
        path.write_text('{"Resources": {}}')
    templates, _ = read_templates(paths)
    assert [(t.stack, t.account, t.region) for t in templates] == [
        ("Dev-a", DEV, "us-east-1"),
        ("Dev-b", None, None),
        (None, None, None),
    ]
