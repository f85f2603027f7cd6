"""A revision of a repository, copied from a hub on 127.0.0.1."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from model_optimization import hub_import
from tests.handlers.model_optimization.objects_in_s3 import ObjectsInS3

REVISION = "0123456789abcdef0123456789abcdef01234567"
TARGET = "example-models/chat/"
WEIGHTS, CONFIG = b"weights" * 1000, b'{"architectures": ["Qwen3ForCausalLM"]}'


@dataclass
class Hub:
    """A repository; files can be broken off, and be others than their digests say."""

    files: dict[str, bytes] = field(
        default_factory=lambda: {
            "config.json": CONFIG,
            "model.safetensors": WEIGHTS,
            "LICENSE": b"Apache-2.0",
            "modeling_custom.py": b"import os",
            "pytorch_model.bin": b"pickle",
            "original/model.safetensors": b"another form",
        }
    )
    broken: list[str] = field(default_factory=list)
    """Names of the files whose next downloads break off."""
    swapped: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and authorization of each request."""
    sha: str = REVISION
    url: str = ""

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        name = path.rpartition(f"/{REVISION}/")[2]
        if path.startswith("/api/"):
            return 200, json.dumps({"sha": self.sha, "siblings": self._siblings()}).encode(), {}
        if path.startswith("/cdn/"):
            body = self.swapped.get(name, self.files[name])
            if name in self.broken:
                self.broken.remove(name)
                return 200, body[: len(body) // 2], {"Content-Length": str(len(body))}
            return 200, body, {}
        return 302, b"", {"Location": f"{self.url}/cdn/{REVISION}/{name}"}

    def _siblings(self) -> list[dict[str, Any]]:
        return [
            {
                "rfilename": name,
                "size": len(body),
                "blobId": hashlib.sha1(f"blob {len(body)}\0".encode() + body, usedforsecurity=False).hexdigest(),
                **({"lfs": {"sha256": hashlib.sha256(body).hexdigest()}} if name.endswith("safetensors") else {}),
            }
            for name, body in self.files.items()
        ]


@pytest.fixture
def hub() -> Iterator[Hub]:
    found = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, self.headers.get("Authorization", "")))
            status, body, headers = found.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


class Session:
    """The clients that the job's role gives."""

    def __init__(self, s3: ObjectsInS3) -> None:
        self._s3 = s3

    def client(self, name: str) -> Any:
        return self._s3.client() if name == "s3" else self

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        return {"SecretString": f"token of {SecretId}\n"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_import, "PAUSE", 0.0)


def copied(hub: Hub, s3: ObjectsInS3, *more: str) -> int:
    arguments = ["--repository", "Qwen/Qwen3-32B", "--revision", REVISION, "--target", f"s3://{TARGET}"]
    return hub_import.main([*arguments, "--licence-accepted", "--hub", hub.url, *more], session=Session(s3))


def test_weights_tokenizer_and_licence_are_copied_and_recorded_but_no_code(hub: Hub) -> None:
    s3 = ObjectsInS3()
    assert copied(hub, s3) == 0
    names = {key.removeprefix(TARGET) for key in s3.objects}
    assert names == {"config.json", "model.safetensors", "LICENSE", "provenance.json"}
    assert s3.objects[f"{TARGET}model.safetensors"] == WEIGHTS
    provenance = json.loads(s3.objects[f"{TARGET}provenance.json"])
    assert (provenance["revision"], provenance["licence_accepted"]) == (REVISION, True)
    assert provenance["files"]["model.safetensors"] == hashlib.sha256(WEIGHTS).hexdigest()


def test_a_download_that_breaks_off_is_begun_again(hub: Hub) -> None:
    s3 = ObjectsInS3()
    hub.broken = ["model.safetensors"] * 3
    assert copied(hub, s3) == 0
    assert s3.objects[f"{TARGET}model.safetensors"] == WEIGHTS


def test_a_repeat_leaves_alone_what_lies_there_with_the_right_digest(hub: Hub) -> None:
    s3 = ObjectsInS3()
    copied(hub, s3)
    s3.metadata[f"{TARGET}config.json"] = "another"
    hub.asked.clear()
    assert copied(hub, s3) == 0
    assert [path for path, _ in hub.asked if path.startswith("/cdn/")] == [f"/cdn/{REVISION}/config.json"]


def test_a_file_that_is_not_what_its_digest_says_is_not_stored(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    s3 = ObjectsInS3()
    hub.swapped = {"model.safetensors": WEIGHTS[:-1] + b"!"}
    assert copied(hub, s3) == 1
    assert f"{TARGET}model.safetensors" not in s3.objects
    assert f"{TARGET}provenance.json" not in s3.objects
    assert "model.safetensors: not what the repository's digest" in capsys.readouterr().err


def test_the_token_goes_to_the_hub_and_to_nobody_else(hub: Hub) -> None:
    copied(hub, ObjectsInS3(), "--token", "arn:secret")
    assert {token for path, token in hub.asked if not path.startswith("/cdn/")} == {"Bearer token of arn:secret"}
    assert {token for path, token in hub.asked if path.startswith("/cdn/")} == {""}


def test_objects_are_encrypted_with_the_key_that_is_asked_for(hub: Hub) -> None:
    s3 = ObjectsInS3()
    copied(hub, s3, "--key", "arn:key")
    assert set(s3.keys.values()) == {"arn:key"}


def test_a_revision_that_is_another_is_not_copied(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    s3 = ObjectsInS3()
    hub.sha = "f" * 40
    assert copied(hub, s3) == 1
    assert "has no revision" in capsys.readouterr().err
    assert s3.objects == {}


def test_weights_that_can_carry_code_are_not_copied(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    del hub.files["model.safetensors"]
    assert copied(hub, ObjectsInS3()) == 1
    assert "no .safetensors" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["--licence-accepted", "--revision"])
def test_nothing_is_copied_without_licence_and_revision(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--repository", "a/b", "--target", "s3://x/", "--licence-accepted", "--revision", REVISION]
    if missing == "--revision":
        arguments = arguments[:-2]
    else:
        arguments.remove(missing)
    with pytest.raises(SystemExit):
        hub_import.main(arguments)
    assert missing in capsys.readouterr().err
