"""The lock file refuses what it must not hold, with file and line, and is written without losing anything."""

from pathlib import Path

import pytest

from operations.errors import OperationError
from operations.images.lockfile import LockFile
from operations.images.reference import parse_image

DIGEST = f"sha256:{'a' * 64}"
SHIPPED = Path(__file__).parents[3] / "images.lock.yaml"


def test_the_shipped_lock_is_valid_and_claims_no_verification():
    images = LockFile(SHIPPED).lock.images
    assert any(entry.digest is None for entry in images)
    assert any(entry.digest is not None for entry in images)
    assert {entry.signature for entry in images} == {"unknown"}


@pytest.mark.parametrize(
    ("image", "fields", "line", "message"),
    [
        ("example.com/app", {}, 2, "has no tag"),
        ("example.com:5000/app", {}, 2, "has no tag"),
        ("example.com/app:latest", {}, 2, "names another image every day"),
        (f"example.com/app@{DIGEST}", {}, 2, "names a digest"),
        ("example.com/App:v1", {}, 2, "allowed are small letters"),
        ("example.com/app:v1", {"digest": "sha256:abc"}, 3, "64 small hexadecimal digits"),
        ("example.com/app:v1", {"digest": DIGEST.upper()}, 3, "64 small hexadecimal digits"),
        ("example.com/app:v1", {"digest": DIGEST, "read": "2026-11-23"}, 4, "string"),
        ("example.com/app:v1", {"digest": DIGEST, "read": '"23.11.2026"'}, 4, "YYYY-MM-DD"),
        ("example.com/app:v1", {"digest": DIGEST, "read": "null"}, 2, "both given or both null"),
        ("example.com/app:v1", {"digest": DIGEST, "signature": "good"}, 6, "'verified', 'unverified', 'none'"),
        ("example.com/app:v1", {"digest": DIGEST, "signature": "verified"}, 2, "needs the public_key"),
        ("example.com/app:v1", {"signature": "none"}, 2, "without a digest"),
        ("example.com/app:v1", {"public_key": "/etc/key.pub"}, 7, "relative to the lock file"),
        ("example.com/app:v1", {"colour": "red"}, 7, "Extra inputs are not permitted"),
    ],
)
def test_a_bad_entry_is_refused_with_file_and_line(lock_file, entry_text, image, fields, line, message):
    path = lock_file("images:\n" + entry_text(image, **fields))
    with pytest.raises(OperationError) as refusal:
        LockFile(path)
    assert f"{path}:{line}: " in str(refusal.value)
    assert message in str(refusal.value)


def test_the_same_image_twice_is_refused_also_under_a_short_name(lock_file, entry_text):
    path = lock_file("images:\n" + entry_text("postgres:17") + entry_text("docker.io/library/postgres:17"))
    with pytest.raises(OperationError, match=r":7: docker\.io/library/postgres:17 stands in line 2 already"):
        LockFile(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("images: [\n", "not valid YAML"),
        ("images: []\nimages: []\n", "not valid YAML"),
        ("", "dictionary"),
        ("pictures: []\n", "pictures"),
    ],
)
def test_a_file_of_another_form_is_refused(lock_file, text, message):
    path = lock_file(text)
    with pytest.raises(OperationError) as refusal:
        LockFile(path)
    assert str(path) in str(refusal.value)
    assert message in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OperationError, match=r"absent\.yaml: cannot be read"):
        LockFile(tmp_path / "absent.yaml")


def test_writing_changes_the_changed_values_and_nothing_else(lock_file, entry_text):
    text = (
        "# head\n\nimages:\n  # the first\n"
        + entry_text("example.com/zebra:v1", source=f'"{"long words " * 30}"  # beside')
        + "\n  # the second\n"
        + entry_text("example.com/ape:v1", DIGEST)
        + "# tail\n"
    )
    path = lock_file(text)
    path.chmod(0o640)
    file = LockFile(path)
    first, second = file.lock.images
    renewed = second.model_copy(update={"digest": f"sha256:{'b' * 64}", "read": "2026-03-04"})
    assert file.write((first, renewed))
    assert path.read_text() == text.replace("a" * 64, "b" * 64).replace("2026-01-02", "2026-03-04")
    assert path.stat().st_mode & 0o777 == 0o640
    assert LockFile(path).lock.images == (first, renewed)
    assert [item.name for item in path.parent.iterdir() if item.is_file()] == [path.name]


def test_writing_the_same_entries_leaves_the_file_alone(lock_file, entry_text):
    path = lock_file("images:\n" + entry_text("example.com/app:v1").replace("null", "~"))
    before = path.stat()
    assert not LockFile(path).write(LockFile(path).lock.images)
    assert path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    ("text", "meaning", "api"),
    [
        ("postgres:17", "docker.io/library/postgres:17", "https://registry-1.docker.io"),
        ("grafana/grafana:12.0.0", "docker.io/grafana/grafana:12.0.0", "https://registry-1.docker.io"),
        ("index.docker.io/a/b:1", "docker.io/a/b:1", "https://registry-1.docker.io"),
        ("ghcr.io/a/b:v1", "ghcr.io/a/b:v1", "https://ghcr.io"),
        ("127.0.0.1:5000/a:v1", "127.0.0.1:5000/a:v1", "http://127.0.0.1:5000"),
        ("localhost/a:v1", "localhost/a:v1", "http://localhost"),
        ("localhost.example.com/a:v1", "localhost.example.com/a:v1", "https://localhost.example.com"),
    ],
)
def test_names_are_written_out_and_only_loopback_is_asked_without_encryption(text, meaning, api):
    assert (str(parse_image(text)), parse_image(text).api) == (meaning, api)
