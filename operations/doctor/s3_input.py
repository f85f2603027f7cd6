"""What lies below an S3 prefix, as far as a check needs it."""

from dataclasses import dataclass

from operations.doctor.reader import Read, Reader, RefusedError

READS = (
    Read(service="s3", operation="HeadBucket", action="s3:ListBucket"),
    Read(service="s3", operation="ListObjectsV2", action="s3:ListBucket"),
    Read(service="s3", operation="GetObject", action="s3:GetObject"),
)
_GONE = ("NoSuchBucket", "NoSuchKey", "404", "NotFound")
_REDIRECTED = ("PermanentRedirect", "301")


@dataclass(frozen=True, kw_only=True)
class Location:
    """A prefix of a bucket."""

    bucket: str
    prefix: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def location_of(uri: str) -> Location:
    """`s3://bucket/prefix/` in its parts."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    return Location(bucket=bucket, prefix=prefix)


class MisplacedError(Exception):
    """The bucket is not there, or not in the environment's Region; the text says which."""


def objects_below(location: Location, reader: Reader) -> dict[str, int]:
    """Sizes in bytes of the first thousand objects, by what comes after the prefix.

    Raises:
        MisplacedError: the bucket is somewhere else, or nowhere.
    """
    try:
        region = reader.ask("s3", "HeadBucket", Bucket=location.bucket).get("BucketRegion", reader.region)
    except RefusedError as error:
        if error.code in _GONE:
            raise MisplacedError(f"there is no bucket {location.bucket}") from None
        if error.code in _REDIRECTED:
            raise MisplacedError(f"the bucket {location.bucket} is in another Region") from None
        raise
    if region != reader.region:
        raise MisplacedError(f"the bucket {location.bucket} is in {region}, and not in {reader.region}")
    found = reader.ask("s3", "ListObjectsV2", Bucket=location.bucket, Prefix=location.prefix)
    return {entry["Key"].removeprefix(location.prefix): entry["Size"] for entry in found.get("Contents", ())}


def head_of(location: Location, name: str, reader: Reader, *, size: int) -> bytes:
    """The first bytes of an object below the prefix."""
    key = location.prefix + name
    found = reader.ask("s3", "GetObject", Bucket=location.bucket, Key=key, Range=f"bytes=0-{size - 1}")
    body: bytes = found["Body"]
    return body
