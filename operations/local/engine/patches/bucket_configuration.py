"""AWS::S3::Bucket: the engine drops Tags and BucketEncryption.

CDK's function that empties a bucket before its deletion reads a tag first, and whoever asks for a bucket's key should
get the one of the template.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from operations.local.engine.patches.support import CLOUDFORMATION, SCRATCH_STACK, expect, handlers

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def apply() -> None:
    """Add to the engine's own table of bucket properties, which it goes through on every create and update."""
    provisioners: Any = import_module(f"{CLOUDFORMATION}.provisioners")
    s3: Any = import_module("ministack.services.s3")
    table: tuple[tuple[str, Callable[..., bytes], Any, Any], ...] = provisioners._S3_BUCKET_CONFIGURATIONS
    present = {row[0] for row in table}
    additions = (
        ("Tags", _tagging, s3._put_bucket_tagging, s3._delete_bucket_tagging),
        ("BucketEncryption", _encryption, s3._put_bucket_encryption, s3._delete_bucket_encryption),
    )
    provisioners._S3_BUCKET_CONFIGURATIONS = (*table, *(row for row in additions if row[0] not in present))


def _tagging(tags: Sequence[Mapping[str, str]]) -> bytes:
    root = Element("Tagging", xmlns=_NAMESPACE)
    entries = SubElement(root, "TagSet")
    for tag in tags:
        entry = SubElement(entries, "Tag")
        SubElement(entry, "Key").text, SubElement(entry, "Value").text = tag["Key"], str(tag["Value"])
    return tostring(root)


def _encryption(configuration: Mapping[str, Any]) -> bytes:
    root = Element("ServerSideEncryptionConfiguration", xmlns=_NAMESPACE)
    for rule in configuration.get("ServerSideEncryptionConfiguration", ()):
        entry = SubElement(root, "Rule")
        default = rule.get("ServerSideEncryptionByDefault")
        if default:
            applied = SubElement(entry, "ApplyServerSideEncryptionByDefault")
            SubElement(applied, "SSEAlgorithm").text = default["SSEAlgorithm"]
            if default["SSEAlgorithm"] != "AES256":
                # Without a key of its own a bucket uses the one that AWS manages; the engine wants it named.
                SubElement(applied, "KMSMasterKeyID").text = default.get("KMSMasterKeyID", "alias/aws/s3")
        if "BucketKeyEnabled" in rule:
            SubElement(entry, "BucketKeyEnabled").text = str(rule["BucketKeyEnabled"]).lower()
    return tostring(root)


def check() -> None:
    """A bucket has its tag and its key, and leaves nothing."""
    s3: Any = import_module("ministack.services.s3")
    key = "arn:aws:kms:us-east-1:000000000001:key/own"
    default = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    properties: dict[str, Any] = {
        "Tags": [{"Key": "a", "Value": "b"}],
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [default]},
    }
    handler = handlers()["AWS::S3::Bucket"]
    name, _ = handler["create"]("Bucket", properties, SCRATCH_STACK)
    tags, encryption = s3._bucket_tags.get(name), s3._bucket_encryption.get(name)
    handler["delete"](name, properties)
    expect(tags == {"a": "b"}, f"the tags are {tags}")
    expect(key in str(encryption), "the key is not kept")
    expect(not list(s3._buckets), "the bucket stays")
