"""The program of a SageMaker Processing job: `python3 -m model_optimization.hub_import`.

Copies one revision of a Hugging Face repository to an S3 prefix: weights that are data and not code, tokenizer,
configuration, licence. Each file is compared with the digest that the repository has for it, and `provenance.json` says
at the end what was copied and that the licence was accepted. A run that was broken off is simply repeated: what lies
there with the right digest is left alone. Ends with 0 if all is there, with 1 if not.

Interfaces: https://huggingface.co/docs/hub/api (`/api/models/{repository}/revision/{revision}?blobs=true`) and
`/{repository}/resolve/{revision}/{file}`. Runs on Python 3.10 with boto3 and nothing else.
"""

import argparse
import hashlib
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any

EXIT_MESSAGE = Path("/opt/ml/output/message")
"""https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html"""
PROVENANCE = "provenance.json"
TRIES = 5
PAUSE = 1.0
"""Seconds, twice as many each time."""
TIMEOUT = 120.0
"""Seconds without a byte."""
_WANTED = (".safetensors", ".json", ".txt", ".model", ".jinja", ".md")


class ImportFailedError(Exception):
    """What could not be copied, and why."""


class Hub:
    """The repository at one revision."""

    def __init__(self, base: str, repository: str, revision: str, *, token: str | None) -> None:
        self._base, self._repository, self._revision, self._token = base, repository, revision, token

    def files(self) -> list[dict[str, Any]]:
        """Those to copy, of the repository's own folder: other folders hold other forms of the same weights."""
        path = f"/api/models/{self._repository}/revision/{self._revision}?blobs=true"
        with self._open(path) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        if found.get("sha") != self._revision:
            raise ImportFailedError(f"{self._repository} has no revision {self._revision}, but {found.get('sha')}")
        return [file for file in found["siblings"] if _wanted(file["rfilename"])]

    def open(self, name: str) -> Any:
        """A file's content as a stream."""
        return self._open(f"/{self._repository}/resolve/{self._revision}/{urllib.parse.quote(name)}")

    def _open(self, path: str) -> Any:
        request = urllib.request.Request(self._base + path)  # noqa: S310 - the scheme is checked with the arguments
        if self._token:
            # Not to where the hub sends one on: that address carries its own signature.
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310


def _wanted(name: str) -> bool:
    return "/" not in name and (name.endswith(_WANTED) or name.upper().startswith(("LICENSE", "LICENCE", "NOTICE")))


class _Checked:
    """Hands a stream on, and breaks off before its end where it is too short or not what the digest says: the upload
    is not finished then, and nothing wrong lies at the target."""

    def __init__(self, stream: Any, *, size: int, digest: str) -> None:
        self._stream, self._left, self._digest = stream, size, digest
        # Large files have the content's digest; small ones git's name, which is no protection but all there is.
        self._content, self._git = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
        self._git.update(f"blob {size}\0".encode())

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        piece: bytes = self._stream.read(wanted)
        self._content.update(piece)
        self._git.update(piece)
        self._left -= len(piece)
        if len(piece) < wanted:
            raise OSError(f"{self._left} bytes are missing")
        if not self._left and self._digest not in (self._content.hexdigest(), self._git.hexdigest()):
            raise OSError(f"not what the repository's digest {self._digest} says")
        return piece


def copy_all(hub: Hub, s3: Any, *, bucket: str, prefix: str, key: str | None) -> dict[str, str]:
    """Copy what is not there yet; the digest of each file.

    Raises:
        ImportFailedError: a file cannot be had, or is not what the repository says.
    """
    digests: dict[str, str] = {}
    files = hub.files()
    if not any(file["rfilename"].endswith(".safetensors") for file in files):
        raise ImportFailedError("the repository has no .safetensors in its own folder: other weights can carry code")
    for file in files:
        name, size = str(file["rfilename"]), int(file["size"])
        digest = str(file["lfs"]["sha256"] if file.get("lfs") else file["blobId"])
        if not _is_there(s3, bucket, prefix + name, digest):
            _copy(hub, s3, name=name, size=size, digest=digest, bucket=bucket, target=prefix + name, key=key)
        digests[name] = digest
    return digests


def _copy(hub: Hub, s3: Any, *, name: str, size: int, digest: str, bucket: str, target: str, key: str | None) -> None:
    extra = {"Metadata": {"digest": digest}}
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
    for attempt in range(1, TRIES + 1):
        try:
            with hub.open(name) as stream:
                checked = _Checked(stream, size=size, digest=digest)
                s3.upload_fileobj(checked, bucket, target, ExtraArgs={**extra, **encryption})
            return
        except (OSError, HTTPException) as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code < 500 and error.code != 429
            if refused or attempt == TRIES:
                raise ImportFailedError(f"{name}: {error}") from None
            time.sleep(PAUSE * 2**attempt)


def _is_there(s3: Any, bucket: str, key: str, digest: str) -> bool:
    try:
        return bool(s3.head_object(Bucket=bucket, Key=key)["Metadata"].get("digest") == digest)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
            return False
        raise


def main(arguments: Sequence[str] | None = None, *, session: Any = None) -> int:
    """Copy; the exit code."""
    given = _parser().parse_args(arguments)
    if session is None:
        import boto3

        session = boto3.Session()
    s3 = session.client("s3")
    bucket, _, prefix = given.target.removeprefix("s3://").partition("/")
    try:
        token = session.client("secretsmanager").get_secret_value(SecretId=given.token) if given.token else None
        hub = Hub(given.hub, given.repository, given.revision, token=token["SecretString"].strip() if token else None)
        digests = copy_all(hub, s3, bucket=bucket, prefix=prefix, key=given.key)
        provenance = {
            "repository": given.repository,
            "revision": given.revision,
            "licence_accepted": True,
            "files": digests,
        }
        body = json.dumps(provenance, indent=1, sort_keys=True).encode()
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": given.key} if given.key else {}
        s3.put_object(Bucket=bucket, Key=prefix + PROVENANCE, Body=body, **encryption)
        code, message = 0, f"{len(digests)} files of {given.repository} at {given.revision}"
    except (ImportFailedError, OSError) as error:
        code, message = 1, str(error)
    print(message, file=sys.stderr if code else sys.stdout)
    if EXIT_MESSAGE.parent.is_dir():
        EXIT_MESSAGE.write_text(message.encode()[:1000].decode(errors="ignore"))
    return code


def _hub(text: str) -> str:
    parts = urllib.parse.urlsplit(text)
    if parts.scheme != "https" and parts.hostname != "127.0.0.1":
        raise argparse.ArgumentTypeError(f"{text} is not allowed: https://...")
    return text.rstrip("/")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hub_import", description="A pinned revision of a model to S3.")
    parser.add_argument("--repository", required=True, help="owner/name")
    parser.add_argument("--revision", required=True, help="a commit")
    parser.add_argument("--target", required=True, help="s3://bucket/prefix/")
    parser.add_argument("--licence-accepted", required=True, action="store_true", help="nothing is copied without")
    parser.add_argument("--key", help="ARN of the key that encrypts the objects; without it, the bucket's default")
    parser.add_argument("--token", help="ARN of the secret with the token for a gated repository")
    parser.add_argument("--hub", type=_hub, default="https://huggingface.co")
    return parser


if __name__ == "__main__":
    sys.exit(main())
