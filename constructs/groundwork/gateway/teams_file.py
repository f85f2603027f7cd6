"""The teams of the environment file, for the task that enters them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct


class TeamsFile(Construct):
    """A JSON file in S3 whose name is the hash of its content, as the configuration's is."""

    bucket: str
    key: str

    def __init__(self, scope: Construct, construct_id: str, *, teams: Sequence[Mapping[str, Any]]) -> None:
        """
        Args:
            teams: what `team_requests` gives. No team holds a secret.
        """
        super().__init__(scope, construct_id)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "teams.json"
            file.write_text(json.dumps(list(teams)), encoding="utf-8")
            asset = s3_assets.Asset(self, "File", path=str(file))
        self.bucket, self.key = asset.s3_bucket_name, asset.s3_object_key

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a role read this one object, and not all of the bootstrap bucket."""
        arn = cdk.Stack.of(self).format_arn(
            service="s3", region="", account="", resource=self.bucket, resource_name=self.key
        )
        return iam.Grant.add_to_principal(grantee=grantee, actions=["s3:GetObject"], resource_arns=[arn])
