"""What goes wrong on the way is repeated, taken up again, or refused by name."""

from collections.abc import Iterator

import pytest

from image_mirror.mirror import MirrorError
from tests.handlers.image_mirror.images import MIB, digest_of
from tests.handlers.image_mirror.registry import SIGNATURE
from tests.handlers.image_mirror.world import Context


def largest(world) -> str:
    blobs = world.registry.content.blobs
    return max(blobs, key=lambda digest: len(blobs[digest]))


def until(calls: int) -> Context:
    """Time enough for so many steps."""
    left: Iterator[int] = iter(range(calls))
    return Context(lambda: 600_000 if next(left, None) is not None else 119_000)


def test_a_call_that_has_nothing_done_in_all_its_time_fails_by_name(world) -> None:
    with pytest.raises(MirrorError, match=r"@sha256:\w+: too slow, no layer was done in the time of one call"):
        world.copy(context=until(12))
    assert not world.ecr.layers


def test_a_copy_that_runs_out_of_time_goes_on_where_it_was(world) -> None:
    calls, layers = 0, []
    while not world.copy(context=until(30)):
        calls += 1
        layers.append(len(world.ecr.layers))
        assert calls < 20
    assert world.holds_everything()
    assert layers == sorted(layers)
    assert layers[0] < layers[-1]
    # Blobs that are complete are not read again; one may be cut off in each call.
    read = [path for path in world.registry.asked if path.startswith("/sha256:")]
    assert len(read) <= len(world.registry.content.blobs) + calls


@pytest.mark.parametrize("ranges", [True, False])
def test_a_connection_that_breaks_is_taken_up_where_it_broke(world, ranges: bool) -> None:
    world.registry.ranges = ranges
    world.registry.breaks[largest(world)] = [3 * MIB + 7, 9 * MIB]
    assert world.copy()
    assert world.holds_everything()


def test_a_connection_that_always_breaks_fails_by_name(world) -> None:
    digest = largest(world)
    world.registry.breaks[digest] = [100] * 20
    with pytest.raises(MirrorError, match=rf"{digest}: the connection broke 5 times, at last after 100 bytes"):
        world.copy()


def test_a_registry_that_is_busy_is_asked_again(world) -> None:
    world.registry.busy = [(429, "0"), (503, "0"), (429, "0")]
    assert world.copy()


def test_a_registry_that_stays_busy_fails_by_name(world) -> None:
    world.registry.busy = [(429, "0")] * 20
    with pytest.raises(MirrorError, match=rf"{world.digest}: HTTP 429, in 5 attempts"):
        world.copy()


def test_a_token_that_runs_out_is_renewed(world) -> None:
    world.registry.uses_of_a_token = 3
    assert world.copy()
    assert world.registry.issued > 2


def test_an_ecr_that_throttles_or_fails_once_is_asked_again(world) -> None:
    world.ecr.refusals = [("UploadLayerPart", "ThrottlingException", 400), ("PutImage", "ServerException", 500)]
    assert world.copy()
    assert world.holds_everything()


def test_a_part_whose_answer_got_lost_is_not_written_twice(world) -> None:
    world.ecr.lost = ["UploadLayerPart"]
    assert world.copy()
    assert world.holds_everything()


def test_a_manifest_whose_answer_got_lost_is_there(world) -> None:
    world.ecr.lost = ["PutImage"] * len(world.registry.content.manifests)
    assert world.copy()
    assert not world.ecr.lost
    assert world.holds_everything()


def test_a_tag_that_names_another_image_is_an_error(world) -> None:
    world.ecr.tags[f"v1.104.0-{world.digest[7:19]}"] = digest_of(b"another")
    with pytest.raises(MirrorError, match="ImageTagAlreadyExistsException"):
        world.copy()


def test_a_manifest_with_other_bytes_is_refused(world) -> None:
    media_type, body = world.registry.content.manifests[world.digest]
    world.registry.content.manifests[world.digest] = (media_type, body + b" ")
    with pytest.raises(MirrorError, match=rf"the registry answered other bytes, {digest_of(body + b' ')}"):
        world.copy()
    assert not world.ecr.images


def test_a_blob_with_other_bytes_is_refused_before_it_is_completed(world) -> None:
    digest = largest(world)
    world.registry.content.blobs[digest] = b"x" + world.registry.content.blobs[digest][1:]
    with pytest.raises(MirrorError, match=rf"blobs/{digest}: the registry answered other bytes"):
        world.copy()
    assert digest not in world.ecr.layers
    assert not world.ecr.images


def test_a_blob_that_is_longer_than_its_manifest_says_is_refused(world) -> None:
    digest = largest(world)
    world.registry.content.blobs[digest] += b"more"
    with pytest.raises(MirrorError, match=rf"{digest}: more than the \d+ bytes"):
        world.copy()


def test_an_unknown_digest_fails_with_the_registry_s_answer(world) -> None:
    digest = digest_of(b"nothing")
    with pytest.raises(MirrorError, match=rf"{digest}: HTTP 404 MANIFEST_UNKNOWN: manifest unknown"):
        world.copy(Digest=digest)


def test_what_ecr_refuses_fails_with_its_answer(world) -> None:
    world.ecr.refusals = [("PutImage", "KmsException", 400)]
    with pytest.raises(MirrorError, match=r"@sha256:\w+: .*KmsException.*PutImage"):
        world.copy()


def test_no_message_holds_a_token_or_a_signature(world) -> None:
    world.registry.lapsed = True
    with pytest.raises(MirrorError, match=r"blobs/sha256:\w+: HTTP 403") as failure:
        world.copy()
    assert world.registry.token not in str(failure.value)
    assert SIGNATURE not in str(failure.value)
