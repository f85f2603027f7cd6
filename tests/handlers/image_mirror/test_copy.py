"""What a copy is, and that it is made once."""

import json

import pytest

from image_mirror.mirror import MirrorError
from tests.handlers.image_mirror.images import INDEX, Content, bytes_of


def test_a_copy_has_every_byte_of_the_index_with_its_attestations_under_one_tag(world) -> None:
    assert world.copy()
    assert world.holds_everything()
    assert world.ecr.tags == {f"v1.104.0-{world.digest[7:19]}": world.digest}


def test_a_layer_that_two_platforms_share_is_read_once(world) -> None:
    world.copy()
    storage = [path for path in world.registry.asked if path.startswith("/sha256:")]
    assert sorted(storage) == sorted({f"/{digest}" for digest in world.registry.content.blobs})


def test_a_copy_that_is_there_is_not_read_again(world) -> None:
    world.copy()
    asked, calls = len(world.registry.asked), len(world.ecr.calls)
    assert world.copy()
    assert len(world.registry.asked) == asked
    assert world.ecr.calls[calls:] == ["BatchGetImage"]


def test_an_index_of_images_that_are_there_is_all_that_is_read(world) -> None:
    world.copy()
    _, body = world.registry.content.manifests[world.digest]
    rewritten = world.registry.content.manifest(INDEX, {"manifests": json.loads(body)["manifests"], "annotations": {}})
    world.registry.asked.clear()
    assert world.copy(Digest=rewritten["digest"], Tag="v1.105.0")
    assert [path.rpartition("/")[2] for path in world.registry.asked if "token" not in path] == [
        rewritten["digest"]
    ] * 2
    assert world.holds_everything()


def test_an_update_keeps_the_image_before_it(world) -> None:
    world.copy()
    before = set(world.ecr.images)
    newer = world.registry.content.image(platform="linux/arm64", layers=[bytes_of(100, seed=9)])
    assert world.copy(Digest=newer["digest"], Tag="v1.105.0", Platforms=["linux/arm64"])
    assert before < set(world.ecr.images)


def test_a_tag_that_moved_at_the_source_is_no_obstacle(world) -> None:
    world.copy()
    rebuilt = world.registry.content.image(platform="linux/arm64", layers=[bytes_of(100, seed=9)])
    assert world.copy(Digest=rebuilt["digest"], Platforms=["linux/arm64"])
    assert len(world.ecr.tags) == 2


def test_a_run_that_overlaps_with_another_ends_well(world) -> None:
    world.copy()
    world.ecr.looks_empty = True
    assert world.copy()
    assert world.holds_everything()


@pytest.mark.parametrize("redirects", [True, False])
def test_blobs_are_read_from_storage_elsewhere_or_from_the_registry_itself(world, redirects: bool) -> None:
    world.registry.redirects = redirects
    assert world.copy()
    assert world.holds_everything()


def test_an_image_without_an_index_is_copied(world) -> None:
    world.registry.content = Content()
    image = world.registry.content.image(platform="linux/arm64", layers=[b"layer"])
    assert world.copy(Digest=image["digest"], Platforms=["linux/arm64"])
    assert world.holds_everything()


def test_a_platform_that_the_index_lacks_is_refused_before_anything_is_written(world) -> None:
    with pytest.raises(MirrorError, match=r"v1\.104\.0@sha256:\w+: the image is not there for linux/s390x"):
        world.copy(Platforms=["linux/arm64", "linux/s390x"])
    assert not world.ecr.layers


def test_a_platform_that_an_image_without_an_index_lacks_is_refused(world) -> None:
    image = world.registry.content.image(platform="linux/arm64", layers=[b"layer"])
    with pytest.raises(MirrorError, match="not there for linux/amd64"):
        world.copy(Digest=image["digest"])
