"""A tag becomes the digest of the bytes that the registry has for it, or nothing."""

import base64
import json
from datetime import date

import pytest

from operations.errors import OperationError
from operations.images.credentials import Credential, docker_config, read_credentials
from operations.images.reference import parse_image
from operations.images.registry import Registry
from operations.images.transport import Patience

from .oci_registry import DOCKER_LIST, DOCKER_MANIFEST, INDEX, MANIFEST


@pytest.fixture
def path(oci, lock_file, entry_text):
    return lock_file("images:\n" + entry_text(f"{oci.host}/team/app:v1"))


@pytest.mark.parametrize("media_type", [INDEX, MANIFEST, DOCKER_LIST, DOCKER_MANIFEST])
def test_the_digest_is_that_of_the_bytes_for_every_kind_of_manifest(oci, path, renew, media_type):
    digest = oci.push("team/app", "v1", "one", media_type)
    outcome = renew(path, day=date(2026, 3, 4))
    assert outcome.error is None
    assert (outcome.status, outcome.after.digest, outcome.after.read) == ("pinned", digest, "2026-03-04")
    assert oci.host in outcome.after.source


def test_a_registry_that_announces_no_digest_is_read_all_the_same(oci, path, renew):
    digest = oci.push("team/app", "v1", "one")
    oci.send_digest = False
    assert renew(path).after.digest == digest


def test_bytes_other_than_announced_are_refused(oci, path, renew):
    oci.push("team/app", "v1", "one")
    oci.announced = f"sha256:{'0' * 64}"
    outcome = renew(path)
    assert outcome.status == "failed"
    assert "but the bytes are" in outcome.error
    assert outcome.after == outcome.before


def test_a_missing_tag_is_named(oci, path, renew):
    outcome = renew(path)
    assert outcome.error == f"{oci.host}/team/app:v1: the registry has no such tag"


def test_an_answer_that_is_no_manifest_is_refused(oci, path, renew):
    oci.push("team/app", "v1", "one", "application/vnd.oci.image.config.v1+json")
    oci.manifests["team/app", "v1"] = ("*/*", b"<html>")
    assert "HTTP 406" in renew(path).error
    oci.manifests["team/app", "v1"] = ("application", b"<html>")
    assert "no image manifest" in renew(path).error


@pytest.mark.parametrize("field", ["token", "access_token"])
def test_a_token_is_fetched_anonymously_and_kept_for_the_repository(oci, path, renew, field):
    digest = oci.push("team/app", "v1", "one")
    oci.token, oci.token_field = "letmein", field
    assert renew(path).after.digest == digest
    assert oci.seen["GET /token"] == 1
    assert oci.scopes == ["repository:from/challenge:pull"]


def test_credentials_are_used_for_the_token(oci, path, renew):
    digest = oci.push("team/app", "v1", "one")
    oci.token, oci.basic = "letmein", base64.b64encode(b"reader:secret").decode()
    assert "HTTP 401 for a token" in renew(path).error
    outcome = renew(path, credentials={oci.host: Credential(user="reader", password="secret")})
    assert outcome.after.digest == digest


def test_a_token_is_not_fetched_over_plain_http_from_elsewhere(oci, path, renew):
    oci.push("team/app", "v1", "one")
    oci.token, oci.realm = "letmein", "http://registry.example.com/token"
    assert "plain HTTP" in renew(path).error


def test_a_redirect_to_plain_http_elsewhere_is_refused(oci, path, renew):
    oci.redirect_to = "http://registry.example.com/v2/"
    assert "plain HTTP" in renew(path).error


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_registry_is_asked_again(oci, path, renew, status):
    digest = oci.push("team/app", "v1", "one")
    oci.busy = [status, status]
    assert renew(path).after.digest == digest


def test_a_registry_that_stays_busy_fails_after_a_bounded_number_of_attempts(oci, path, renew):
    oci.push("team/app", "v1", "one")
    oci.busy = [429] * 50
    assert "HTTP 429" in renew(path).error
    assert oci.seen["GET /v2/team/app/manifests/v1"] == 3


def test_a_registry_that_is_down_fails(oci, path, renew):
    oci.stop()
    outcome = renew(path)
    assert outcome.status == "failed"
    assert oci.host in outcome.error


def test_half_a_manifest_is_no_manifest(oci, path, renew):
    oci.push("team/app", "v1", "one")
    oci.truncate = True
    outcome = renew(path)
    assert outcome.status == "failed"
    assert oci.seen["GET /v2/team/app/manifests/v1"] == 3
    assert outcome.after.digest is None


def test_an_endless_manifest_is_refused(oci, path, renew, monkeypatch):
    monkeypatch.setattr("operations.images.transport.LARGEST_BODY", 1000)
    oci.push("team/app", "v1", "x" * 2000)
    assert "larger than 1000 bytes" in renew(path).error


def test_a_manifest_that_comes_byte_by_byte_is_given_up(oci, path, renew):
    oci.push("team/app", "v1", "x" * 200)
    oci.trickle = True
    assert "no answer in time" in renew(path, patience=Patience(read=1, attempt=0.1, attempts=1)).error


def test_a_token_that_has_run_out_is_fetched_again(oci):
    image = parse_image(f"{oci.host}/team/app:v1")
    digest = oci.push("team/app", "v1", "one")
    with Registry(credentials={}, patience=Patience(first_wait=0.01)) as registry:
        for token in ("first", "second"):
            oci.token = token
            assert registry.manifest(image).digest == digest
    assert oci.seen["GET /token"] == 2


def test_docker_credentials_are_read_from_auths(no_docker_configuration):

    assert read_credentials(docker_config()) == {}
    file = no_docker_configuration / "config.json"
    auth = base64.b64encode(b"reader:se:cret").decode()
    file.write_text(json.dumps({"auths": {"https://index.docker.io/v1/": {"auth": auth}, "ghcr.io": {}}}))
    found = read_credentials(docker_config())
    assert found == {"docker.io": Credential(user="reader", password="se:cret")}
    assert "se:cret" not in repr(found)
    file.write_text('{"auths": {"ghcr.io": {"auth": "%%%"}}}')
    with pytest.raises(OperationError, match=r"auths\.ghcr\.io\.auth is not base64"):
        read_credentials(docker_config())
