"""Pictures that the model is to look at: those that were held out, or those below a prefix."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from defect_detection.objects import below, rows, split, write
from defect_detection.outcome import StepFailedError
from defect_detection.project import Project

_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Some pictures below one prefix."""

    prefix: str
    """S3 URI that ends with a slash."""
    names: Sequence[str]
    content_type: str
    versions: Sequence[str] = ()
    """Change with the content, in the order of the names."""
    truth: Mapping[str, bool] = field(default_factory=dict[str, bool])
    """By name: whether people call it an anomaly, where they have said so."""

    @property
    def fingerprint(self) -> str:
        """Changes when a picture is added, removed or changed."""
        text = json.dumps([self.prefix, list(self.names), list(self.versions)])
        return hashlib.sha256(text.encode()).hexdigest()

    def store(self, s3: Any, uri: str) -> None:
        """Keep the list, for a later step."""
        write(s3, uri, json.dumps(asdict(self)), kind="application/json")

    @classmethod
    def stored(cls, s3: Any, uri: str) -> "Pictures":
        """A list that was kept."""
        bucket, key = split(uri)
        return cls(**json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))

    def manifest(self) -> str:
        """As a batch transform reads it: a prefix, and names below it (API reference, TransformS3DataSource)."""
        return json.dumps([{"prefix": self.prefix}, *self.names])


def held_out(project: Project, manifest: str, s3: Any) -> Pictures:
    """The pictures of the manifest to test with.

    Raises:
        StepFailedError: there are none, they lie in different buckets, or have different types.
    """
    truth = {row["source-ref"]: row.get(project.label_attribute) == 1 for row in rows(s3, manifest)}
    buckets = {split(uri)[0] for uri in truth}
    if len(buckets) > 1:
        raise StepFailedError(f"the pictures of {manifest} lie in different buckets")
    prefix = "".join(f"s3://{bucket}/" for bucket in buckets)
    names = sorted(uri.removeprefix(prefix) for uri in truth)
    return Pictures(
        prefix=prefix,
        names=names,
        content_type=_type(names, where=manifest),
        truth={uri.removeprefix(prefix): value for uri, value in truth.items()},
    )


def below_prefix(prefix: str, s3: Any) -> Pictures | None:
    """The pictures below a prefix; None: there are none.

    Raises:
        StepFailedError: they have different types.
    """
    found = sorted(below(s3, prefix), key=lambda each: each.name)
    found = [each for each in found if _suffix(each.name) in _TYPES]
    if not found:
        return None
    names = [each.name for each in found]
    versions = [each.version for each in found]
    return Pictures(prefix=prefix, names=names, versions=versions, content_type=_type(names, where=prefix))


def _type(names: Sequence[str], *, where: str) -> str:
    types = {_TYPES.get(_suffix(name)) for name in names}
    if len(types) != 1 or None in types:
        raise StepFailedError(f"{where}: a batch has one type of pictures, either JPEG (.jpg, .jpeg) or PNG (.png)")
    return str(types.pop())


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2].lower()
