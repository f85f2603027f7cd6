"""A manifest: an image, or an index of images.

Source: OCI image specification 1.1 and Docker image manifest version 2, schema 2.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, cast

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
class Descriptor:
    """What a manifest names."""

    digest: str
    size: int
    """In bytes."""
    platform: str | None = None
    """`os/architecture`, in an index."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A manifest with the bytes that its digest is of: written out anew, it would have another."""

    digest: str
    media_type: str
    body: bytes
    children: tuple[Descriptor, ...]
    """The manifests of an index, attestations among them."""
    config: Descriptor | None
    """Of an image."""
    layers: tuple[Descriptor, ...]


def sha256(body: bytes) -> str:
    """The digest of these bytes."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def read_manifest(body: bytes, *, media_type: str) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: no manifest of a known kind; says why.
    """
    if media_type not in MANIFEST_TYPES:
        raise ValueError(f"{media_type or 'no media type'} is no image manifest")
    try:
        content: dict[str, Any] = json.loads(body)
        index = media_type in INDEX_TYPES
        children = tuple(_descriptor(entry) for entry in content["manifests"]) if index else ()
        config = None if index else _descriptor(content["config"])
        layers = () if index else tuple(_descriptor(entry) for entry in content["layers"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"the bytes are no {media_type}: {type(error).__name__} {error}") from None
    return Manifest(
        digest=sha256(body), media_type=media_type, body=body, children=children, config=config, layers=layers
    )


def platform_of(content: Any) -> str:
    """`os/architecture` of an image's configuration or of an index entry's platform."""
    fields = cast("dict[str, Any]", content)
    return f"{fields.get('os')}/{fields.get('architecture')}"


def _descriptor(entry: dict[str, Any]) -> Descriptor:
    platform = entry.get("platform")
    return Descriptor(
        digest=str(entry["digest"]), size=int(entry["size"]), platform=platform_of(platform) if platform else None
    )
