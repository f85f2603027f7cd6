"""The data of one project in a stack of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from groundwork.labeling.data_store import LabelingData
from tests.labeling_data.s3 import OWN, SOURCE

SOURCE_KEY = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-4e5f-6789-abcd-ef0123456789"


def add_data(app: cdk.App) -> cdk.Stack:
    """With two places to read from."""
    environment = cdk.Environment(account="111122223333", region="eu-central-1")
    stack = cdk.Stack(app, "Data", env=environment, analytics_reporting=False)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    data = LabelingData(
        stack,
        "Data",
        name="cookies",
        key=key,
        access_logs=s3.Bucket.from_bucket_name(stack, "Logs", "access-logs"),
        operations_key=key,
        keep=True,
        sources=[f"s3://{SOURCE}/cookies/", "s3://old-project/export/"],
        source_keys=[SOURCE_KEY],
    )
    _all = (data.ingest, data.task_files, data.merge, data.check_output, data.convert_lookout)
    return stack


@dataclass(frozen=True)
class DataTemplate:
    """The synthesized stack."""

    resources: dict[str, dict[str, Any]]

    def only(self, kind: str) -> dict[str, Any]:
        """The properties of the one resource of a type."""
        (found,) = (each for each in self.resources.values() if each["Type"] == f"AWS::{kind}")
        return found["Properties"]

    def handlers(self) -> dict[str, list[dict[str, Any]]]:
        """What each handler's role may do with S3, as S3 sees it."""
        functions = (each["Properties"] for each in self.resources.values() if each["Type"] == "AWS::Lambda::Function")
        own = [each for each in functions if str(each["Handler"]).startswith("labeling_data.")]
        return {each["Handler"].rpartition(".")[2]: self._statements(each["Role"]["Fn::GetAtt"][0]) for each in own}

    def _statements(self, role: str) -> list[dict[str, Any]]:
        policies = (each["Properties"] for each in self.resources.values() if each["Type"] == "AWS::IAM::Policy")
        found = [each["PolicyDocument"]["Statement"] for each in policies if {"Ref": role} in each["Roles"]]
        return [
            {"Action": _listed(each["Action"]), "Resource": [_arn(one) for one in _listed(each["Resource"])]}
            for each in found[0]
        ]


def synthesize(folder: Path) -> DataTemplate:
    """Without the checks."""
    app = cdk.App(outdir=str(folder))
    stack = add_data(app)
    template: dict[str, Any] = app.synth().get_stack_by_name(stack.stack_name).template
    return DataTemplate(template["Resources"])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _arn(value: Any) -> str:
    match value:
        case str():
            return value
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Fn::GetAtt": [name, "Arn"]} if "Bucket" in name:
            return f"arn:aws:s3:::{OWN}"
        case {"Fn::Join": ["", parts]}:
            return "".join(map(_arn, parts))
        case _:
            return "of something else"
