"""Buckets that pods mount as volumes."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from groundwork.cluster.fabric_settings import Namespace
from groundwork.settings import Allowed, Refusal, Section, each_once, refusals_of_repeats, refuse


class BucketSettings(Section):
    """A bucket of the account, mounted by the claim `s3-<name>`: files that are read at high speed and written whole.
    Whoever may make pods in one of its namespaces may do with its objects what `access` says."""

    name: Annotated[
        str,
        Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=40),
        Allowed("at most 40 lower-case letters, digits and inner hyphens"),
    ]
    bucket: Annotated[
        str,
        Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"),
        Allowed("the name of a bucket of this account"),
    ]
    prefix: Annotated[
        str,
        Field(pattern=r"^([A-Za-z0-9!_.'()-]+/)*$", max_length=512),
        Allowed("a prefix that ends with a slash, such as models/"),
    ] = ""
    """What is seen of the bucket. Empty: all of it."""
    access: Literal["read", "write"] = "read"
    """`write`: new objects, whole ones in place of others, and deletions as well."""
    kms_key: (
        Annotated[
            str,
            Field(pattern=r"^arn:aws:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+$"),
            Allowed("arn:aws:kms:<region>:<account>:key/<id>"),
        ]
        | None
    ) = None
    """What the objects are encrypted with; its policy must let the account's roles use it. None: a key of S3's own."""
    namespaces: Annotated[tuple[Namespace, ...], Field(min_length=1, max_length=50), AfterValidator(each_once)] = (
        "default",
    )
    """Where the claim is. A team's is `hyperpod-ns-<team>`."""


def each_name_once(buckets: tuple[BucketSettings, ...]) -> tuple[BucketSettings, ...]:
    """Refuse a name that stands twice."""
    repeats = refusals_of_repeats(tuple(bucket.name for bucket in buckets))
    refuse(Refusal(reason=r.reason, allowed="each name once", at=(*r.at, "name")) for r in repeats)
    return buckets
