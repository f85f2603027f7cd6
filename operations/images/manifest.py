"""What the bytes behind a tag must be: an image, or an index of images.

Source: OCI image specification 1.1 and Docker image manifest version 2, schema 2.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFEST_TYPES = (
    *INDEX_TYPES,
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A manifest and the digest of its bytes."""

    digest: str
    body: bytes


class _Index(BaseModel):
    schemaVersion: Literal[2]  # noqa: N815 - the specification's spelling
    manifests: list[dict[str, Any]]


class _Image(BaseModel):
    schemaVersion: Literal[2]  # noqa: N815
    config: dict[str, Any]
    layers: list[dict[str, Any]]


def refusal(media_type: str, body: bytes) -> str | None:
    """Why the answer is no manifest, or None where it is one."""
    if media_type not in MANIFEST_TYPES:
        return f"answered {media_type or 'no media type'}, which is no image manifest"
    wanted = _Index if media_type in INDEX_TYPES else _Image
    try:
        wanted.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"]) or "the document"
        return f"answered {media_type}, but the bytes are no such manifest: {field}: {first['msg']}"
    return None
