"""`python -m operations images lock`, as a person or a pipeline runs it."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.images import cli
from operations.images.lockfile import LockFile

PROJECT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(cli, "today", lambda: date(2026, 3, 4))


@pytest.fixture
def lock():
    def run(path, *options):
        return CliRunner().invoke(cli.app, ["lock", "--lock", str(path), *options])

    return run


@pytest.fixture
def two(oci, lock_file, entry_text):
    oci.push("team/one", "v1", "one")
    oci.push("team/two", "v2", "two")
    return lock_file("images:\n" + entry_text(f"{oci.host}/team/one:v1") + entry_text(f"{oci.host}/team/two:v2"))


def test_digests_are_written_and_a_second_run_changes_no_byte(oci, two, lock, monkeypatch):
    assert lock(two).exit_code == 0
    written = two.read_bytes()
    one, second = LockFile(two).lock.images
    assert one.digest != second.digest
    assert (one.read, second.signature) == ("2026-03-04", "none")
    monkeypatch.setattr(cli, "today", lambda: date(2027, 1, 1))
    again = lock(two)
    assert (again.exit_code, "up to date" in again.stdout) == (0, True)
    assert two.read_bytes() == written


def test_a_digest_known_from_elsewhere_is_confirmed_by_the_registry(oci, lock_file, entry_text, lock):
    digest = oci.push("team/one", "v1", "one")
    path = lock_file("images:\n" + entry_text(f"{oci.host}/team/one:v1", digest))
    assert "confirmed" in lock(path).stdout
    (entry,) = LockFile(path).lock.images
    assert (entry.digest, entry.read) == (digest, "2026-03-04")
    assert entry.source == f"the registry {oci.host}, read with `images lock`"


def test_one_failing_image_does_not_lose_the_others(oci, two, lock):
    del oci.manifests["team/one", "v1"]
    result = lock(two)
    assert result.exit_code == 1
    assert f"{oci.host}/team/one:v1: the registry has no such tag" in result.stderr
    failed, good = LockFile(two).lock.images
    assert failed.digest is None
    assert failed.source == "somewhere else"
    assert good.digest is not None


def test_a_moved_tag_is_refused_loudly_and_accepted_on_request(oci, two, lock):
    lock(two)
    before = two.read_bytes()
    moved = oci.push("team/one", "v1", "other bytes")
    refused = lock(two)
    assert refused.exit_code == 1
    assert "THE TAG HAS MOVED" in refused.stderr
    assert moved in refused.stderr
    assert two.read_bytes() == before
    accepted = lock(two, "--accept-moved")
    assert accepted.exit_code == 0
    assert "MOVED" in accepted.stdout
    assert LockFile(two).lock.images[0].digest == moved


def test_a_vanished_signature_is_said_loudly(oci, lock_file, entry_text, lock):
    digest = oci.push("team/one", "v1", "one")
    path = lock_file("images:\n" + entry_text(f"{oci.host}/team/one:v1", digest, signature="unverified"))
    (image,) = json.loads(lock(path, "--check", "--json").stdout)["images"]
    assert (image["status"], image["lost_signature"]) == ("unsigned", True)
    assert f"UNSIGNED {oci.host}/team/one:v1: it was signed" in lock(path).stdout


def test_check_writes_nothing_and_tells_by_its_exit_code(two, lock):
    before = two.read_bytes()
    assert lock(two, "--check").exit_code == 2
    assert two.read_bytes() == before
    lock(two)
    assert lock(two, "--check").exit_code == 0


def test_a_failure_outranks_a_change_in_a_check(oci, two, lock):
    del oci.manifests["team/one", "v1"]
    assert lock(two, "--check").exit_code == 1


def test_only_asks_for_the_images_named(oci, two, lock):
    assert lock(two, "--only", "team/two").exit_code == 0
    first, second = LockFile(two).lock.images
    assert first.digest is None
    assert second.digest is not None
    assert not [request for request in oci.seen if "team/one" in request]


def test_an_image_is_added_with_what_its_registry_says(oci, two, lock):
    digest = oci.push("team/three", "v3", "three")
    before = two.read_text()
    result = lock(two, "--add", f"{oci.host}/team/three:v3", "--add", f"{oci.host}/team/three:v3")
    assert (result.exit_code, "team/one" in result.stdout) == (0, False)
    assert two.read_text().startswith(before)
    *_, added = LockFile(two).lock.images
    assert (len(LockFile(two).lock.images), added.digest, added.read) == (3, digest, "2026-03-04")
    assert "public_key" not in two.read_text().removeprefix(before)
    again = two.read_bytes()
    assert lock(two, "--add", f"{oci.host}/team/three:v3").exit_code == 0
    assert two.read_bytes() == again


def test_an_image_that_cannot_be_read_is_not_added(oci, two, lock):
    before = two.read_bytes()
    result = lock(two, "--add", f"{oci.host}/team/none:v1")
    assert (result.exit_code, two.read_bytes()) == (1, before)
    assert "no such tag" in result.stderr
    refused = lock(two, "--add", "no image at all")
    assert "'no image at all'" in str(refused.exception)
    assert two.read_bytes() == before


def test_json_is_all_that_standard_output_holds(oci, two, lock):
    del oci.manifests["team/one", "v1"]
    result = lock(two, "--json")
    told = json.loads(result.stdout)
    assert told["changed"] is True
    assert [image["status"] for image in told["images"]] == ["failed", "pinned"]
    assert "no such tag" in told["images"][0]["error"]
    assert told["images"][1]["previous_digest"] is None


def test_credentials_of_the_docker_configuration_are_used(oci, two, lock, no_docker_configuration):
    oci.token, oci.basic = "letmein", "cmVhZGVyOnNlY3JldA=="
    assert lock(two).exit_code == 1
    config = {"auths": {oci.host: {"auth": oci.basic}}}
    (no_docker_configuration / "config.json").write_text(json.dumps(config))
    result = lock(two)
    assert result.exit_code == 0
    assert "secret" not in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lock", "absent.yaml"], "absent.yaml: cannot be read"),
        (["--only", "nothing-like-it"], "no image of images.lock.yaml contains it"),
    ],
)
def test_a_refusal_is_one_message_without_a_stack_trace(options, message):
    done = subprocess.run(
        [sys.executable, "-m", "operations", "images", "lock", *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
