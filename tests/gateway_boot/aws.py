"""The embedded engine as the gateway's AWS: S3, Bedrock with a guardrail, and the task's role, enforced."""

import contextlib
import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3
from botocore.config import Config

from operations.local.clients import client
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import Workspace
from tests.gateway_boot.templates import Known, Templates

ARCHIVE_BUCKET = "gateway-archive"
_CONVERSE = {
    "bedrock:InvokeModel": "bedrock:Converse",
    "bedrock:InvokeModelWithResponseStream": "bedrock:ConverseStream",
}


@dataclass(frozen=True, kw_only=True)
class Aws:
    """One account of the engine in one Region."""

    engine: RunningEngine
    account: str
    region: str

    def client(self, service: str) -> Any:
        """A client with the rights of the account's root."""
        return client(self.engine, service, account=self.account, region=self.region)

    def client_with(self, credentials: Mapping[str, str], service: str) -> Any:
        """A client with a session's rights, given by boto3's variables."""
        session: Any = boto3.Session()
        return session.client(
            service,
            region_name=self.region,
            endpoint_url=self.engine.endpoint,
            verify=str(self.engine.workspace.certificate),
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=credentials["AWS_SESSION_TOKEN"],
            config=Config(connect_timeout=5, read_timeout=30, proxies={}),
        )

    def store(self, bucket: str, key: str, text: str) -> None:
        """Put an object where the deployment puts it; the bucket is made where it is missing."""
        s3 = self.client("s3")
        with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())

    def archived(self) -> list[Mapping[str, Any]]:
        """The records in the archive."""
        s3 = self.client("s3")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=ARCHIVE_BUCKET).get("Contents", [])]
        return [json.loads(s3.get_object(Bucket=ARCHIVE_BUCKET, Key=key)["Body"].read()) for key in keys]

    def make(self, templates: Templates) -> Known:
        """Make what the gateway calls and writes to, as the templates describe it; what that makes known."""
        bedrock, models = self.client("bedrock"), "Gateway"
        wanted = _as_boto3(templates.one(models, "AWS::Bedrock::Guardrail"), without=("KmsKeyArn",))
        guardrail = bedrock.create_guardrail(**wanted)
        version = bedrock.create_guardrail_version(guardrailIdentifier=guardrail["guardrailId"])["version"]
        wanted = _as_boto3(templates.one(models, "AWS::Bedrock::ApplicationInferenceProfile"))
        profile = bedrock.create_inference_profile(**wanted)
        self.store(ARCHIVE_BUCKET, "made-by-the-deployment", "{}")
        return {
            ("AWS::S3::Bucket", "Ref"): ARCHIVE_BUCKET,
            ("AWS::S3::Bucket", "Arn"): f"arn:aws:s3:::{ARCHIVE_BUCKET}",
            ("AWS::Bedrock::Guardrail", "GuardrailId"): guardrail["guardrailId"],
            ("AWS::Bedrock::Guardrail", "GuardrailArn"): guardrail["guardrailArn"],
            ("AWS::Bedrock::GuardrailVersion", "Version"): version,
            ("AWS::Bedrock::ApplicationInferenceProfile", "InferenceProfileArn"): profile["inferenceProfileArn"],
        }

    def task_credentials(self, name: str, policy: Mapping[str, Any]) -> dict[str, str]:
        """A session of a new role that has this policy alone, by boto3's variables."""
        iam = self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        # The engine is no ECS: the account's root takes the role in its place.
        root = trust | {"Principal": {"AWS": f"arn:aws:iam::{self.account}:root"}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust, root]})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="task", PolicyDocument=json.dumps(_for_the_engine(policy)))
        session = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="gateway")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"],
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }


def _for_the_engine(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    """The policy as the engine has to read it to allow what AWS allows.

    To AWS, Converse is InvokeModel. The engine asks for actions of that name, knows no ARN of a guardrail, and takes
    the ARN of a profile, up to its last slash, for the name of a foundation model.
    """

    def translated(statement: Mapping[str, Any]) -> Mapping[str, Any]:
        actions, resources = (
            [statement[key]] if isinstance(statement[key], str) else statement[key] for key in ("Action", "Resource")
        )
        if "bedrock:ApplyGuardrail" in actions:
            return {**statement, "Resource": "*"}
        profiles = [each.split(":", 5) for each in resources if ":application-inference-profile/" in each]
        return {
            **statement,
            "Action": [*actions, *(_CONVERSE[each] for each in actions if each in _CONVERSE)],
            "Resource": [
                *resources,
                *(f"arn:aws:bedrock:{arn[3]}::foundation-model/{':'.join(arn).rpartition('/')[0]}" for arn in profiles),
            ],
        }

    return {**policy, "Statement": [translated(each) for each in policy["Statement"]]}


@contextlib.contextmanager
def engine(folder: Path) -> Generator[RunningEngine]:
    """Start the embedded engine; it ends with the block.

    Raises:
        OperationError: it did not start.
    """
    workspace = Workspace(root=folder / "aws")
    try:
        yield start_engine(workspace)
    finally:
        stop_engine(workspace)


def account(running: RunningEngine, templates: Templates) -> Aws:
    """The account and Region that the gateway is deployed to."""
    return Aws(engine=running, account=templates.account, region=templates.region)


def _as_boto3(properties: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A resource's properties as boto3 names them."""

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(each) for each in cast("list[Any]", value)]
        if isinstance(value, dict):
            return {f"{key[0].lower()}{key[1:]}": renamed(each) for key, each in cast("dict[str, Any]", value).items()}
        return value

    return renamed({key: value for key, value in properties.items() if key not in without})
