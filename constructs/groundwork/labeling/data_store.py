"""Images and manifests of a defect-detection project."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.labeling.data_function import DataFunction
from groundwork.optimization.access import allow, prefix
from groundwork.private_bucket import private_bucket

IMAGES, RUNS, MASKS, TASKS = "images/", "runs/", "masks/", "tasks/"
"""Prefixes that the functions write to. Beside them there is room for what labeling and training write."""
_OLD_VERSIONS = cdk.Duration.days(30)


class LabelingData(Construct):
    """A bucket, and the functions that bring images and manifests into it and into shape.

    What the functions take and give as JSON is in the docstrings of `lambda/labeling_data/handler.py`.

    Attributes:
        bucket: with `images/`, all images in one folder; `runs/<run>/`, manifests and lists; `masks/`, blank ones;
            `tasks/`, what workers see. Whoever reads it needs the key, too.
        functions: those that somebody has asked for by now; no other is made.
    """

    bucket: s3.Bucket
    functions: list[lambda_.Function]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        key: kms.IKey,
        access_logs: s3.IBucket,
        operations_key: kms.IKey,
        keep: bool,
        sources: Sequence[str] = (),
        source_keys: Sequence[str] = (),
    ) -> None:
        """
        Args:
            name: of the project.
            key: encrypts the objects.
            access_logs: receives a record of each request, below `labeling/<name>/`.
            operations_key: encrypts the functions' logs; its policy must let CloudWatch Logs use it.
            keep: whether the objects outlive their stack.
            sources: `s3://bucket/prefix/` with images, masks and manifests that the functions may read, or `s3://`
                URIs of single manifests.
            source_keys: ARNs of the keys that encrypt them, where these are not S3's own.
        """
        super().__init__(scope, construct_id)
        self._key, self._operations_key = key, operations_key
        self._sources, self._source_keys = sources, source_keys
        self.bucket = self._add_bucket(name, access_logs, keep=keep)
        self.functions = []

    @cached_property
    def ingest(self) -> lambda_.Function:
        """Brings images from `sources`. Calls must be repeated while its answer says so."""
        return self._function("Ingest", handler="ingest", reads_sources=True, writes=(IMAGES, RUNS))

    @cached_property
    def task_files(self) -> lambda_.Function:
        """Writes what a labeling job shows to workers."""
        return self._function("TaskFiles", handler="task_files", reads_sources=False, writes=(TASKS,))

    @cached_property
    def merge(self) -> lambda_.Function:
        """Labels and masks of two manifests in one."""
        return self._function("Merge", handler="merge", reads_sources=False, writes=(RUNS, MASKS))

    @cached_property
    def check_output(self) -> lambda_.Function:
        """Whether a manifest is fit to train with, and its rows in two."""
        return self._function("CheckOutput", handler="check_output", reads_sources=True, writes=(RUNS,))

    @cached_property
    def convert_lookout(self) -> lambda_.Function:
        """What Lookout for Vision has exported, in Ground Truth's form."""
        return self._function("ConvertLookout", handler="convert_lookout", reads_sources=True, writes=(RUNS, MASKS))

    def _add_bucket(self, name: str, access_logs: s3.IBucket, *, keep: bool) -> s3.Bucket:
        bucket = private_bucket(
            self,
            "Bucket",
            key=self._key,
            keep=keep,
            lifecycle_rules=[
                s3.LifecycleRule(noncurrent_version_expiration=_OLD_VERSIONS, expired_object_delete_marker=True)
            ],
            access_logs=access_logs,
            access_logs_prefix=f"labeling/{name}/",
        )
        # Without it a worker's browser refuses the images. They stay private: each has an address that is signed and
        # ends. https://docs.aws.amazon.com/sagemaker/latest/dg/sms-cors-update.html
        bucket.add_cors_rule(
            allowed_methods=[s3.HttpMethods.GET],
            allowed_origins=["*"],
            exposed_headers=["Access-Control-Allow-Origin"],
        )
        return bucket

    def _function(
        self, construct_id: str, *, handler: str, reads_sources: bool, writes: Sequence[str]
    ) -> lambda_.Function:
        function = DataFunction(
            self,
            construct_id,
            handler=handler,
            bucket_name=self.bucket.bucket_name,
            statements=[*self._own(writes), *(self._read_sources() if reads_sources else ())],
            operations_key=self._operations_key,
        ).function
        self.functions.append(function)
        return function

    def _own(self, writes: Sequence[str]) -> Iterator[iam.PolicyStatement]:
        # Listing lets S3 say that an object is missing; without it all would be forbidden.
        yield allow("ListOwn", ["s3:ListBucket"], [self.bucket.bucket_arn])
        yield allow("ReadOwn", ["s3:GetObject"], [self.bucket.arn_for_objects("*")])
        yield allow("WriteOwn", ["s3:PutObject"], [self.bucket.arn_for_objects(f"{each}*") for each in writes])
        yield allow("OwnKey", ["kms:Decrypt", "kms:GenerateDataKey"], [self._key.key_arn])

    def _read_sources(self) -> Iterator[iam.PolicyStatement]:
        for number, source in enumerate(self._sources):
            yield from prefix(f"Source{number}", source, key=None)
        if self._source_keys:
            yield allow("SourceKeys", ["kms:Decrypt"], sorted(set(self._source_keys)))
