"""The stack of one section on a foundation that is there already."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from ruamel.yaml import YAML

import app as platform_app
from groundwork.environment import Environment
from groundwork.foundation.boundary import boundary_name
from groundwork.foundation.data_key import DataKey
from groundwork.labeling.settings import LabelingSettings
from rules import validation_plugins
from rules.nag import nag_plugins
from stacks.labeling import LabelingStack

EXAMPLE = platform_app.ROOT / "environments" / "examples" / "labeling.yaml"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:labeling/client-AbCdEf"
OIDC = {
    "client_id": "labeling",
    "client_secret": SECRET,
    "issuer": "https://login.example.com/",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "user_info_endpoint": "https://login.example.com/userinfo",
    "logout_endpoint": "https://login.example.com/logout",
    "jwks_uri": "https://login.example.com/keys",
}
SECTIONS: dict[str, dict[str, Any]] = {
    "Oidc": {
        "existing_customer": True,
        "workforce": {"sign_in": "oidc", "oidc": OIDC, "vpc": {"clients": ["10.40.0.0/16"]}},
        "teams": [{"name": "inspectors", "groups": ["quality", "night-shift"]}],
    },
    "Existing": {
        "existing_customer": True,
        "workforce": {"existing": "default"},
        "teams": [{"name": "inspectors", "members": ["a.worker@example.com"], "groups": ["veterans"]}],
    },
    "ExistingOidc": {
        "existing_customer": True,
        "workforce": {"existing": "default", "sign_in": "oidc"},
        "teams": [{"name": "inspectors", "groups": ["quality"]}],
    },
    "Open": {
        "existing_customer": True,
        "workforce": {"sender": "labels@example.com"},
        "teams": [{"name": "one", "members": ["a.worker@example.com"]}],
    },
}
"""Beside that of the example, by the name of their stage."""
NOT_KEPT = "Open"
"""The stage of an environment whose data is not kept."""


def example() -> dict[str, Any]:
    return YAML(typ="safe").load(EXAMPLE.read_text())


def section(content: Any) -> LabelingSettings:
    return LabelingSettings.model_validate_json(json.dumps(content))


@dataclass(frozen=True)
class Synthesized:
    """A stack as plain data."""

    template: dict[str, Any]
    given: dict[str, Any]
    """The template of what was there before it."""
    messages: str

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id, of a type (`SNS::Topic`)."""
        kind = kind if kind.startswith("Custom::") else f"AWS::{kind}"
        return {n: r.get("Properties", {}) for n, r in self.template["Resources"].items() if r["Type"] == kind}

    def only(self, kind: str) -> tuple[str, dict[str, Any]]:
        """Logical id and properties of the one that there is."""
        ((name, properties),) = self.resources(kind).items()
        return name, properties


def synthesize(outdir: Path, stages: dict[str, Any], *, checks: bool = False) -> dict[str, Synthesized]:
    """The stacks of sections, by the name of their stage."""
    app = cdk.App(
        context=platform_app.context(),
        outdir=str(outdir),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    stacks = {name: _add(app, name, content, keep=name != NOT_KEPT) for name, content in stages.items()}
    if checks:
        lock = outdir.with_name("images.lock.yaml")
        lock.write_text("images: []\n")
        cdk.Validations.of(app).add_plugins(*nag_plugins(), *validation_plugins(image_lock=lock))
    app.synth()
    return {name: _read(outdir / f"assembly-{name}", stack) for name, stack in stacks.items()}


def _add(app: cdk.App, name: str, content: Any, *, keep: bool) -> LabelingStack:
    given = {key: value for key, value in example().items() if key not in ("labeling", "network")}
    environment = Environment.model_validate({**given, "keep_data": keep}, strict=False)
    stage = cdk.Stage(app, name, env=cdk.Environment(account=environment.account, region=environment.region))
    # References to what is not in the app; nothing is deployed by it.
    there = cdk.Stack(stage, "Given")
    cdk.CfnWaitConditionHandle(there, "Nothing")
    subnets = [ec2.Subnet.from_subnet_id(there, f"Subnet{letter}", f"subnet-0000000{letter}") for letter in "ab"]
    for subnet in subnets:
        cdk.Annotations.of(subnet).acknowledge_warning("@aws-cdk/aws-ec2:noSubnetRouteTableId", "not needed here")
    stack = LabelingStack(
        stage,
        "Labeling",
        environment=environment,
        settings=section(content),
        key=DataKey(there, "Data", domain="labeling", keep=keep),
        vpc=ec2.Vpc.from_vpc_attributes(there, "Vpc", vpc_id="vpc-0000000a", availability_zones=["us-east-1a"]),
        subnets=subnets,
        operations_key=kms.Key.from_key_arn(there, "Key", KEY),
    )
    boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", boundary_name(environment.name))
    iam.PermissionsBoundary.of(stack).apply(boundary)
    return stack


def _read(folder: Path, stack: cdk.Stack) -> Synthesized:
    manifest = json.loads((folder / "manifest.json").read_text())["artifacts"][stack.artifact_id]
    template = json.loads((folder / stack.template_file).read_text())
    file = manifest.get("additionalMetadataFile")
    said = (folder / file).read_text() if file else ""
    (given,) = (json.loads(file.read_text()) for file in folder.glob("*Given*.template.json"))
    return Synthesized(template=template, given=given, messages=json.dumps(manifest.get("metadata", {})) + said)
