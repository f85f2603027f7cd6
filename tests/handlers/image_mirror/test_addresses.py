"""Which addresses a registry may send the function to."""

import pytest

from image_mirror.deadline import Deadline
from image_mirror.mirror import MirrorError
from image_mirror.transport import Patience, RegistryError, Transport

ONCE = Patience(attempts=1)


def transport(*, loopback: bool) -> Transport:
    return Transport(deadline=Deadline(remaining_milliseconds=lambda: 600_000), patience=ONCE, loopback=loopback)


@pytest.mark.parametrize("loopback", [True, False])
def test_plain_http_to_another_machine_is_refused(loopback: bool) -> None:
    with pytest.raises(RegistryError, match=r"http://registry\.example\.com/v2/a: refused, allowed is https$"):
        transport(loopback=loopback).read("http://registry.example.com/v2/a?sig=secret", headers={})


@pytest.mark.parametrize("host", ["127.0.0.1:9001", "localhost", "[::1]"])
def test_a_registry_elsewhere_cannot_lead_to_this_machine(host: str) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(RegistryError, match="must not lead to this machine"):
            transport(loopback=False).read(f"{scheme}://{host}/2018-06-01/runtime", headers={})


def test_a_realm_that_is_not_encrypted_is_refused(world) -> None:
    world.registry.realm = "http://tokens.example.com/token"
    with pytest.raises(MirrorError, match=r"http://tokens\.example\.com/token: refused, allowed is https"):
        world.copy()


def test_a_redirect_to_storage_that_is_not_encrypted_is_refused(world) -> None:
    world.registry.storage = "storage.example.com"
    with pytest.raises(MirrorError, match=r"http://storage\.example\.com/sha256:\w+: refused, allowed is https$"):
        world.copy()


def test_a_registry_that_answers_nobody_unknown_is_named(world) -> None:
    world.registry.uses_of_a_token = 0
    with pytest.raises(MirrorError, match=rf"manifests/{world.digest}: HTTP 401"):
        world.copy()
