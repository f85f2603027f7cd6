"""A registry and an ECR on loopback, and the function between them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from image_mirror import handler
from tests.handlers.image_mirror.ecr import FakeEcr, ecr
from tests.handlers.image_mirror.images import index_with_attestations
from tests.handlers.image_mirror.registry import FakeRegistry, registry


@dataclass
class Context:
    """What Lambda gives a call: here, how much time it has, by the clock of the test."""

    milliseconds: Callable[[], int] = lambda: 14 * 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds()


@dataclass
class World:
    """Everything that takes part."""

    registry: FakeRegistry
    ecr: FakeEcr
    digest: str

    def event(self, request_type: str = "Create", **properties: object) -> dict[str, object]:
        given = {
            "Source": self.registry.source,
            "Tag": "v1.104.0",
            "Digest": self.digest,
            "Repository": self.ecr.name,
            "Platforms": ["linux/amd64", "linux/arm64"],
        }
        return {"RequestType": request_type, "ResourceProperties": {**given, **properties}}

    def copy(self, *, context: Context | None = None, **properties: object) -> bool:
        """One call of the function; whether the copy is complete."""
        return handler.is_complete(self.event(**properties), context or Context())["IsComplete"]

    def holds_everything(self) -> bool:
        manifests = {digest: body for digest, (_, body) in self.registry.content.manifests.items()}
        return self.ecr.images == manifests and self.ecr.layers == set(self.registry.content.blobs)


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A registry with an index of two platforms and their attestations, and an empty repository."""
    content, digest = index_with_attestations()
    with registry(content) as source, ecr() as target:
        environment = {
            "AWS_ENDPOINT_URL_ECR": target.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "eu-central-1",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield World(registry=source, ecr=target, digest=digest)
