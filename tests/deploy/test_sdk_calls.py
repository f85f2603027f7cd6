"""A custom resource that calls a service whose SDK is missing here is refused before anything is deployed."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import custom_resources
from typer.testing import CliRunner

from operations.errors import OperationError
from operations.local import cli
from operations.local.assembly import AssemblyStack, Environment, read_environment
from operations.local.sdk_calls import check_sdk_calls
from operations.local.workspace import Workspace


def environment(folder: Path, *calls: Any) -> Environment:
    template = folder / "template.json"
    resources = {
        f"Call{index}": {"Type": "Custom::Any", "Properties": {"InstallLatestAwsSdk": False, "Create": call}}
        for index, call in enumerate(calls)
    }
    template.write_text(json.dumps({"Resources": resources}))
    stack = AssemblyStack(
        name="Dev-Calls",
        construct_path="Dev/Calls",
        template=template,
        metadata=None,
        account="111122223333",
        region="eu-central-1",
    )
    return Environment(assembly=folder, stage="Dev", stacks=(stack,))


@pytest.mark.parametrize("service", ["EC2", "ec2", "@aws-sdk/client-s3", "S3"])
def test_services_whose_sdk_is_installed_pass(tmp_path: Path, service: str) -> None:
    check_sdk_calls(environment(tmp_path, json.dumps({"service": service, "action": "x"})))


def test_another_service_is_named_with_its_resource_also_where_the_call_is_in_pieces(tmp_path: Path) -> None:
    whole = json.dumps({"service": "SSM", "action": "getParameter"})
    pieces = {"Fn::Join": ["", ['{"service":"@aws-sdk/client-cloudwatch-logs","x":"', {"Ref": "A"}, '"}']]}
    with pytest.raises(OperationError) as refusal:
        check_sdk_calls(environment(tmp_path, whole, pieces))
    assert "Dev-Calls: Call0 calls SSM with the AWS SDK" in str(refusal.value)
    assert "Dev-Calls: Call1 calls cloudwatch-logs with the AWS SDK" in str(refusal.value)
    assert str(refusal.value).endswith("have the SDK for: ec2, lambda, s3, sfn.")


def test_what_the_library_writes_is_refused_before_an_engine_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = cdk.App(outdir=str(tmp_path / "out"))
    home = cdk.Environment(account="111122223333", region="eu-central-1")
    stack = cdk.Stack(cdk.Stage(app, "Calling", env=home), "Stack")
    custom_resources.AwsCustomResource(
        stack,
        "Parameter",
        on_create=custom_resources.AwsSdkCall(
            service="SSM",
            action="getParameter",
            parameters={"Name": stack.stack_name},
            physical_resource_id=custom_resources.PhysicalResourceId.of("parameter"),
        ),
        policy=custom_resources.AwsCustomResourcePolicy.from_sdk_calls(resources=["*"]),
    )
    app.synth()
    workspace = Workspace(root=tmp_path / "local")
    monkeypatch.setattr(cli, "Workspace", lambda: workspace)
    assert read_environment(assembly=tmp_path / "out", name="calling").stacks
    error = CliRunner().invoke(cli.app, ["up", "calling", "--assembly", str(tmp_path / "out")]).exception
    assert isinstance(error, OperationError)
    assert "Calling/Stack/Parameter" in str(error)
    assert "calls SSM" in str(error)
    assert not workspace.engine.exists()
