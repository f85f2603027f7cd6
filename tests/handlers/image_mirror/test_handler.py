"""What the provider framework gets."""

import tracemalloc

import pytest

from image_mirror import handler
from image_mirror.deadline import Deadline
from image_mirror.manifest import Descriptor
from image_mirror.repository import Repository
from tests.handlers.image_mirror.images import MIB
from tests.handlers.image_mirror.world import Context


def test_an_order_is_accepted_at_once_and_read_later(world) -> None:
    assert handler.on_event(world.event(), Context()) == {"PhysicalResourceId": "mirror"}
    assert handler.on_event(world.event("Update"), Context()) == {"PhysicalResourceId": "mirror"}
    assert not world.registry.asked
    assert not world.ecr.calls


def test_a_deletion_leaves_everything_to_the_stack(world) -> None:
    assert handler.on_event(world.event("Delete"), Context()) == {}
    assert handler.is_complete(world.event("Delete"), Context()) == {"IsComplete": True}
    assert not world.registry.asked
    assert not world.ecr.calls


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Source", "https://ghcr.io/a/b"),
        ("Source", "ghcr.io"),
        ("Tag", "a b"),
        ("Digest", "v1.104.0"),
        ("Digest", "sha256:12"),
        ("Repository", ""),
        ("Platforms", "linux/arm64"),
        ("Platforms", ["arm64"]),
    ],
)
def test_an_order_of_another_form_is_refused_by_name(world, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: "):
        handler.on_event(world.event(**{name: value}), Context())


def test_the_memory_that_a_layer_takes_does_not_grow_with_it() -> None:
    class Discards:
        parts: list[int] = []  # noqa: RUF012

        def initiate_layer_upload(self, **_: object) -> dict[str, object]:
            return {"uploadId": "one", "partSize": 20_971_520}

        def upload_layer_part(self, *, layerPartBlob: bytes, **_: object) -> None:  # noqa: N803
            self.parts.append(len(layerPartBlob))

        def complete_layer_upload(self, **_: object) -> None:
            pass

    deadline = Deadline(remaining_milliseconds=lambda: 600_000)
    tracemalloc.start()
    try:
        blob = Descriptor(digest="sha256:" + "0" * 64, size=200 * MIB)
        Repository("mirror", client=Discards(), deadline=deadline).upload(blob, (bytes(MIB) for _ in range(200)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(Discards.parts) == 200 * MIB
    assert peak < 3 * 20 * MIB
