"""The pull half of the OCI distribution API, anonymously.

Source: OCI distribution specification 1.1, and the token flow of the Distribution project ("Token Authentication
Specification"), which ghcr.io follows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from urllib3.exceptions import HTTPError

from .manifest import MANIFEST_TYPES, Descriptor, Manifest, read_manifest, sha256
from .transport import Answer, RegistryError, Transport, bare, is_loopback

if TYPE_CHECKING:  # Lambda may bring urllib3 1.26, which has no such name.
    from urllib3 import BaseHTTPResponse

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
# What a header can carry: visible ASCII.
_TOKEN = re.compile(r"[\x21-\x7e]+")
_PIECE = 1024 * 1024


class Registry:
    """One repository of a registry."""

    def __init__(self, source: str, *, transport: Transport) -> None:
        host, _, self._repository = source.partition("/")
        scheme = "http" if is_loopback(host) else "https"
        # Docker Hub's API does not stand at the address in its images' names.
        self._api = f"{scheme}://{'registry-1.docker.io' if host == 'docker.io' else host}/v2/{self._repository}"
        self._transport = transport
        self._authorization: dict[str, str] = {}

    def manifest(self, digest: str) -> Manifest:
        """The manifest whose bytes are those of the digest.

        Raises:
            RegistryError: not readable, other bytes, or not a manifest.
            OutOfTimeError: there is no time for it.
        """
        url = f"{self._api}/manifests/{digest}"
        answer = self._read(url)
        if sha256(answer.body) != digest:
            raise RegistryError(f"{url}: the registry answered other bytes, {sha256(answer.body)}")
        try:
            return read_manifest(answer.body, media_type=answer.headers.get("Content-Type", "").partition(";")[0])
        except ValueError as error:
            raise RegistryError(f"{url}: {error}") from None

    def config(self, descriptor: Descriptor) -> dict[str, Any]:
        """An image's configuration.

        Raises:
            RegistryError: not readable, or other bytes.
            OutOfTimeError: there is no time for it.
        """
        return json.loads(b"".join(self.blob(descriptor)))

    def blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """A blob's bytes in pieces of at most 1 MiB; a connection that breaks is taken up where it broke.

        Raises:
            RegistryError: not readable, or, after the last piece, not the bytes of the digest.
            OutOfTimeError: there is no time for it.
        """
        url, wanted = f"{self._api}/blobs/{descriptor.digest}", descriptor.size
        seen, breaks, hashed = 0, 0, hashlib.sha256()
        while seen < wanted:
            try:
                with closing(self._open(url, start=seen)) as response:
                    for piece in _from(response, start=seen):
                        self._transport.deadline.check()
                        seen += len(piece)
                        if seen > wanted:
                            raise RegistryError(f"{url}: more than the {wanted} bytes that its manifest says")
                        hashed.update(piece)
                        yield piece
            except HTTPError:
                pass
            breaks += seen < wanted
            if breaks == self._transport.patience.attempts:
                raise RegistryError(f"{url}: the connection broke {breaks} times, at last after {seen} bytes")
        if f"sha256:{hashed.hexdigest()}" != descriptor.digest:
            raise RegistryError(f"{url}: the registry answered other bytes, sha256:{hashed.hexdigest()}")

    def _read(self, url: str) -> Answer:
        accept = {"Accept": ", ".join(MANIFEST_TYPES)}
        answer = self._transport.read(url, headers={**accept, **self._authorization})
        if answer.status == 401:
            self._authorize(answer.headers.get("WWW-Authenticate", ""))
            answer = self._transport.read(url, headers={**accept, **self._authorization})
        if answer.status != 200:
            # Blob storage, behind a redirect, repeats in its answer what it was asked, signature included.
            reason = "" if answer.redirected else _reason(answer.body)
            raise RegistryError(f"{url}: HTTP {answer.status}{reason}")
        return answer

    def _open(self, url: str, *, start: int) -> BaseHTTPResponse:
        part = {"Range": f"bytes={start}-"} if start else {}
        response = self._transport.open(url, headers={**part, **self._authorization})
        if response.status == 401:
            response.close()
            # Also where a token was sent: it may have run out.
            self._authorize(response.headers.get("WWW-Authenticate", ""))
            response = self._transport.open(url, headers={**part, **self._authorization})
        if response.status not in (200, 206):
            response.close()
            raise RegistryError(f"{url}: HTTP {response.status}")
        return response

    def _authorize(self, challenge: str) -> None:
        scheme, _, rest = challenge.strip().partition(" ")
        fields = dict(_PARAMETER.findall(rest))
        realm = fields.pop("realm", "")
        if scheme.lower() != "bearer" or not realm:
            raise RegistryError(f"{self._api}: HTTP 401, and no way to read anonymously")
        query = {"scope": f"repository:{self._repository}:pull"}
        query |= {name: fields[name] for name in ("scope", "service") if name in fields}
        answer = self._transport.read(f"{realm}{'&' if '?' in realm else '?'}{urlencode(query)}", headers={})
        token = _token(answer.body) if answer.status == 200 else None
        if not token:
            raise RegistryError(f"{bare(realm)}: HTTP {answer.status}, and no token for an anonymous reader")
        self._authorization = {"Authorization": f"Bearer {token}"}


def _from(response: BaseHTTPResponse, *, start: int) -> Iterator[bytes]:
    """The body from byte `start` on, also where the server answers all of it."""
    skip = start
    if response.status == 206:
        first = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
        skip = start - int(first) if first.isdecimal() and int(first) <= start else start
    for piece in response.stream(_PIECE, decode_content=False):
        if skip < len(piece):
            yield piece[skip:]
        skip = max(0, skip - len(piece))


def _reason(body: bytes) -> str:
    """The first error that a registry gives; the specification's form of it."""
    try:
        first: dict[str, Any] = json.loads(body)["errors"][0]
        return f" {first.get('code')}: {str(first.get('message'))[:200]}"
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return ""


def _token(body: bytes) -> str | None:
    try:
        fields: dict[str, Any] = json.loads(body)
        token = fields.get("token") or fields.get("access_token")
    except (ValueError, AttributeError):
        return None
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None
