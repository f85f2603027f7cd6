"""Images for the tests, with the bytes of everything in them."""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MIB = 1024 * 1024


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


@dataclass
class Content:
    """What a registry holds."""

    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def blob(self, body: bytes, media_type: str) -> dict[str, Any]:
        self.blobs[digest_of(body)] = body
        return {"mediaType": media_type, "digest": digest_of(body), "size": len(body)}

    def manifest(self, media_type: str, content: dict[str, Any]) -> dict[str, Any]:
        # Indented: bytes that come out differently when the manifest is written anew.
        body = json.dumps({"schemaVersion": 2, "mediaType": media_type, **content}, indent=3).encode()
        self.manifests[digest_of(body)] = (media_type, body)
        return {"mediaType": media_type, "digest": digest_of(body), "size": len(body)}

    def image(self, *, platform: str, layers: Sequence[bytes]) -> dict[str, Any]:
        system, architecture = platform.split("/")
        config = json.dumps({"os": system, "architecture": architecture}).encode()
        content = {
            "config": self.blob(config, "application/vnd.oci.image.config.v1+json"),
            "layers": [self.blob(layer, LAYER) for layer in layers],
        }
        return {**self.manifest(IMAGE, content), "platform": {"os": system, "architecture": architecture}}

    def attestation(self, of: dict[str, Any]) -> dict[str, Any]:
        statement = json.dumps({"subject": of["digest"]}).encode()
        content = {
            "config": self.blob(b"{}", "application/vnd.oci.image.config.v1+json"),
            "layers": [self.blob(statement, "application/vnd.in-toto+json")],
        }
        annotations = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of["digest"]}
        platform = {"os": "unknown", "architecture": "unknown"}
        return {**self.manifest(IMAGE, content), "annotations": annotations, "platform": platform}


@cache
def bytes_of(size: int, *, seed: int) -> bytes:
    """The same random bytes each time."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - no secret


def index_with_attestations() -> tuple[Content, str]:
    """An index as the build tools of today write it: two platforms that share a layer, an attestation for each."""
    content, shared = Content(), bytes_of(12 * MIB + 5, seed=1)
    images = [
        content.image(platform=platform, layers=[shared, bytes_of(size, seed=seed)])
        for seed, (platform, size) in enumerate([("linux/amd64", 5 * MIB), ("linux/arm64", 1000)], start=2)
    ]
    index = content.manifest(INDEX, {"manifests": [*images, *map(content.attestation, images)]})
    return content, index["digest"]
