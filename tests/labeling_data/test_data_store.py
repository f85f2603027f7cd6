"""The bucket of a project, and what its functions may do."""

from fnmatch import fnmatchcase

import pytest

from tests.labeling_data.data_app import SOURCE_KEY, DataTemplate
from tests.labeling_data.s3 import OWN, SOURCE


def test_a_workers_browser_may_read_images_whose_address_is_signed(template: DataTemplate) -> None:
    assert template.only("S3::Bucket")["CorsConfiguration"] == {
        "CorsRules": [
            {
                "AllowedMethods": ["GET"],
                "AllowedOrigins": ["*"],
                "ExposedHeaders": ["Access-Control-Allow-Origin"],
            }
        ]
    }


def test_images_are_private_encrypted_versioned_and_logged(template: DataTemplate) -> None:
    bucket = template.only("S3::Bucket")
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["LoggingConfiguration"]["LogFilePrefix"] == "labeling/cookies/"
    refused = [
        each["Condition"]
        for each in template.only("S3::BucketPolicy")["PolicyDocument"]["Statement"]
        if each["Effect"] == "Deny"
    ]
    assert {"Bool": {"aws:SecureTransport": "false"}} in refused


def test_each_function_writes_only_where_its_results_belong(template: DataTemplate) -> None:
    written = {
        handler: sorted(
            resource.removeprefix(f"arn:aws:s3:::{OWN}/")
            for each in statements
            if "s3:PutObject" in each["Action"]
            for resource in each["Resource"]
        )
        for handler, statements in template.handlers().items()
    }
    assert written == {
        "ingest": ["images/*", "runs/*"],
        "task_files": ["tasks/*"],
        "merge": ["masks/*", "runs/*"],
        "check_output": ["runs/*"],
        "convert_lookout": ["masks/*", "runs/*"],
    }


@pytest.mark.parametrize(
    ("handler", "reads"),
    [("ingest", True), ("check_output", True), ("convert_lookout", True), ("merge", False), ("task_files", False)],
)
def test_sources_are_read_by_who_needs_them_and_by_nobody_written(
    template: DataTemplate, handler: str, reads: bool
) -> None:
    def may(action: str, arn: str) -> bool:
        statements = template.handlers()[handler]
        return any(action in s["Action"] and any(fnmatchcase(arn, r) for r in s["Resource"]) for s in statements)

    assert may("s3:GetObject", f"arn:aws:s3:::{SOURCE}/cookies/normal/1.png") is reads
    assert may("kms:Decrypt", SOURCE_KEY) is reads
    assert not may("s3:GetObject", f"arn:aws:s3:::{SOURCE}/other/1.png")
    assert not may("s3:PutObject", f"arn:aws:s3:::{SOURCE}/cookies/normal/1.png")
    assert not may("s3:DeleteObject", f"arn:aws:s3:::{OWN}/images/1.png")
