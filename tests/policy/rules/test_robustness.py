"""A malformed template never raises, no finding repeats a secret, and 800 resources are fast."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import ImageLockError
from rules.assembly import read_templates
from rules.image_lock import locked_digests
from rules.pack import check_templates
from rules.secret_names import says_secret
from rules.secret_values import is_literal
from rules.template import Template
from tests.policy.rules.engines import LOCKED, python_findings

TYPES = (
    "AWS::IAM::Role",
    "AWS::IAM::Policy",
    "AWS::KMS::Key",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::ECS::TaskDefinition",
    "AWS::SageMaker::Model",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::StepFunctions::StateMachine",
    "AWS::EC2::Subnet",
)
KEYS = (
    "Policies PolicyDocument Statement Effect Action NotAction Principal AWS KeyPolicy SecurityGroupIngress CidrIp"
    " FromPort IpProtocol GroupId Scheme SecurityGroups ContainerDefinitions Image Containers"
    " Environment Name Value Password Ref Fn::If Fn::Sub Fn::Join Fn::GetAtt Fn::FindInMap Fn::ImportValue Fn::Base64"
    " PrimaryContainer DefinitionString CidrBlock UserData"
).split()
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(TYPES)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)
resources = st.dictionaries(
    st.sampled_from("ABCD"), st.fixed_dictionaries({"Type": st.sampled_from(TYPES), "Properties": values}) | values
)
bodies = st.fixed_dictionaries(
    {}, optional={"Resources": resources | values, "Parameters": values, "Mappings": values, "Outputs": values}
)


@given(body=bodies)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_no_shape_of_template_raises(body: dict[str, object]):
    for template, finding in check_templates([Template("fuzz", body)], digests=LOCKED):
        assert template.name == "fuzz"
        # An id with an unbalanced bracket would make the CDK stop the validation.
        assert finding.id.count("[") == finding.id.count("]") <= 1


def test_chained_conditions_do_not_multiply_without_end():
    value: object = "x"
    for _ in range(12):
        value = {"Fn::Join": ["", [{"Fn::If": ["C", "a", "b"]}, {"Fn::If": ["C", value, "d"]}]]}
    body = {"Resources": {"A": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": value}}}}
    started = time.process_time()
    assert list(check_templates([Template("chain", body)], digests=LOCKED)) == []
    assert time.process_time() - started < 10


def test_a_finding_never_repeats_the_secret():
    path = Path(__file__).parent / "NoLiteralSecret"
    for file in path.glob("refuse*.yaml"):
        for finding in python_findings(file.read_text("utf-8")):
            text = f"{finding.id} {finding.message} {finding.fix}"
            for secret in ("hunter2", "sk-1234", "hf_AbC", "ghp_abc", "xoxb-1", "AKIAIOS", "eyJhbG", "my-master-key"):
                assert secret not in text


def test_a_file_that_is_not_a_template_is_a_finding(tmp_path: Path):
    for name, text in {"broken.json": "{", "list.json": "[1]", "good.json": '{"Resources": {}}'}.items():
        (tmp_path / name).write_text(text)
    paths = [tmp_path / name for name in ("broken.json", "list.json", "good.json", "missing.json")]
    templates, findings = read_templates(paths)
    assert [Path(template.name).name for template in templates] == ["good.json"]
    assert [(Path(template.name).name, finding.id) for template, finding in findings] == [
        ("broken.json", "TemplateIsReadable"),
        ("list.json", "TemplateIsReadable"),
        ("missing.json", "TemplateIsReadable"),
    ]


def test_an_import_may_be_exported_by_another_template():
    exporting = Template("a", {"Outputs": {"Vpc": {"Value": "v", "Export": {"Name": "Network:VpcId"}}}})
    importing = Template(
        "b", {"Resources": {"G": {"Type": "T", "Properties": {"V": {"Fn::ImportValue": "Network:VpcId"}}}}}
    )
    assert list(check_templates([exporting, importing], digests=LOCKED)) == []
    assert [finding.id for _, finding in check_templates([importing], digests=LOCKED)] == [
        "NoImportWithoutExport[Network:VpcId]"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("images: {}", "images: a list of"),
        ("images: [{image: a:1, digest: sha256:12}]", "images.0.digest: 'sha256:12'"),
        ("images: [", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_an_unusable_image_lock_is_named_with_field_and_value(tmp_path: Path, text: str | None, problem: str):
    lock = tmp_path / "images.lock.yaml"
    if text is not None:
        lock.write_text(text)
    with pytest.raises(ImageLockError) as error:
        locked_digests(lock)
    assert str(lock) in str(error.value)
    assert problem in str(error.value)


@pytest.mark.parametrize("name", ["DB_PASSWORD", "clientSecret", "/app/hf-token", "OPENAI_API_KEY_2", "SecretString"])
def test_a_name_that_says_secret(name: str):
    assert says_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "SecretArn",
        "TokenEndpoint",
        "PasswordPolicy",
        "MaxTokens",
        "max_tokens",
        "eos_token",
        "KmsKey",
        "HttpTokens",
        "",
    ],
)
def test_a_name_that_only_sounds_like_it(name: str):
    assert not says_secret(name)


@pytest.mark.parametrize(
    "value",
    ["${DB_PASSWORD}", "$(cat x)", "{{resolve:ssm:x}}", "<your key>", "arn:aws:x", "os.environ/KEY", "1500", "MY_KEY"],
)
def test_a_value_that_is_a_reference(value: str):
    assert not is_literal(value, name="token")


def test_800_resources_take_less_than_a_second():
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": "a-policy",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["s3:GetObject", "s3:PutObject", "kms:Decrypt"],
                        "Resource": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::bucket/token/*"]]},
                    }
                ],
            },
            "Roles": [{"Ref": "Role"}],
        },
    }
    templates = [Template(f"{n}", {"Resources": {f"P{i}": policy for i in range(80)}}) for n in range(10)]
    started = time.process_time()
    assert list(check_templates(templates, digests=LOCKED)) == []
    # Measured at 0.2 s of processor time; a rule that walks all resources for each resource takes minutes.
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "piece", ["a", "a.", "\\", "password=", "-----BEGIN A ", "eyJ", "sk-", '"token": ', "x: y\n", "${"]
)
def test_a_long_text_does_not_slow_the_search_for_secrets(piece: str):
    text = piece * (50_000 // len(piece))
    body = {"Resources": {"A": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": text, "Token": text}}}}
    started = time.process_time()
    list(check_templates([Template("long", body)], digests=LOCKED))
    assert time.process_time() - started < 20
