"""The gateway's configuration file."""

from pathlib import Path
from tempfile import TemporaryDirectory

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct


class Configuration(Construct):
    """A file in S3 whose name is the hash of its content.

    It is an asset: the deployment uploads it before any stack changes, a changed text is another object, and what an
    older task definition names stays where it was - so a roll-back finds its configuration. A deployment into a bucket
    of the environment's own would take a custom resource with rights on that whole bucket.
    """

    hash: str
    """Changes with the text and with nothing else."""

    def __init__(self, scope: Construct, construct_id: str, *, text: str) -> None:
        """
        Args:
            text: the file, YAML. It names secrets by the environment variables that hold them.
        """
        super().__init__(scope, construct_id)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "config.yaml"
            file.write_text(text, encoding="utf-8")
            self._asset = s3_assets.Asset(self, "File", path=str(file))
        self.hash = self._asset.asset_hash

    def environment(self) -> dict[str, str]:
        """What LiteLLM reads the file by."""
        return {
            "LITELLM_CONFIG_BUCKET_NAME": self._asset.s3_bucket_name,
            "LITELLM_CONFIG_BUCKET_OBJECT_KEY": self._asset.s3_object_key,
        }

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a role read this one object, and not all of the bootstrap bucket."""
        arn = cdk.Stack.of(self).format_arn(
            service="s3",
            region="",
            account="",
            resource=self._asset.s3_bucket_name,
            resource_name=self._asset.s3_object_key,
        )
        return iam.Grant.add_to_principal(grantee=grantee, actions=["s3:GetObject"], resource_arns=[arn])
