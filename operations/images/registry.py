"""The pull half of the OCI distribution API, as much as a lock needs.

Source: OCI distribution specification 1.1 and the token flow of the Distribution project.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, cast

import httpx

from operations.images.credentials import Credential
from operations.images.manifest import MANIFEST_TYPES, Manifest, refusal
from operations.images.reference import ImageReference
from operations.images.transport import Answer, Patience, RegistryError, Transport

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
# What a header can carry: visible ASCII.
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Registry:
    """Reads manifests and blobs of any registry; a context manager."""

    def __init__(self, *, credentials: Mapping[str, Credential], patience: Patience) -> None:
        self._transport = Transport(patience)
        self._credentials = credentials
        self._authorization: dict[tuple[str, str], str] = {}

    def __enter__(self) -> "Registry":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def manifest(self, image: ImageReference) -> Manifest | None:
        """The manifest behind the tag, None where the registry has no such tag.

        Raises:
            RegistryError: not readable, not a manifest, or its bytes are not those that the registry announces.
        """
        answer = self._send("GET", image, f"manifests/{image.tag}")
        if answer.status == 404:
            return None
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if reason := refusal(media_type, answer.body):
            raise RegistryError(f"{image}: {reason}")
        digest = _sha256(answer.body)
        announced = answer.headers.get("Docker-Content-Digest", digest)
        if announced != digest:
            raise RegistryError(f"{image}: announced as {announced}, but the bytes are {digest}")
        return Manifest(digest=digest, body=answer.body)

    def has_manifest(self, image: ImageReference) -> bool:
        """Whether the tag exists.

        Raises:
            RegistryError: not readable.
        """
        return self._send("HEAD", image, f"manifests/{image.tag}").status == 200

    def blob(self, image: ImageReference, digest: str) -> bytes:
        """A blob of the image's repository, whose bytes are those of the digest.

        Raises:
            RegistryError: not readable, missing, or other bytes.
        """
        answer = self._send("GET", image, f"blobs/{digest}")
        if answer.status == 404:
            raise RegistryError(f"{image}: has no blob {digest}")
        if _sha256(answer.body) != digest:
            raise RegistryError(f"{image}: blob {digest} has other bytes, {_sha256(answer.body)}")
        return answer.body

    def _send(self, method: str, image: ImageReference, path: str) -> Answer:
        url = f"{image.api}/v2/{image.repository}/{path}"
        key = (image.registry, image.repository)
        headers: dict[str, str] = {"Accept": ", ".join(MANIFEST_TYPES)}
        if key in self._authorization:
            headers["Authorization"] = self._authorization[key]
        answer = self._transport.send(method, url, headers=headers, loopback=image.on_loopback)
        if answer.status == 401:
            # Also where a token was sent: it may have run out.
            self._authorization[key] = self._authorize(image, answer.headers.get_list("WWW-Authenticate"))
            headers["Authorization"] = self._authorization[key]
            answer = self._transport.send(method, url, headers=headers, loopback=image.on_loopback)
        if answer.status in {401, 403}:
            who = "these credentials" if image.registry in self._credentials else "an anonymous reader"
            raise RegistryError(
                f"{image}: HTTP {answer.status}, the registry refuses {who}; "
                "credentials are read from `auths` in the docker configuration, not from a credential helper"
            )
        if answer.status not in {200, 404}:
            raise RegistryError(f"{image}: HTTP {answer.status} for {url}")
        return answer

    def _authorize(self, image: ImageReference, challenges: list[str]) -> str:
        credential = self._credentials.get(image.registry)
        basic = _basic(credential) if credential else None
        for challenge in challenges:
            scheme, _, rest = challenge.strip().partition(" ")
            if scheme.lower() == "bearer":
                return self._token(image, dict(_PARAMETER.findall(rest)), basic)
            if scheme.lower() == "basic" and basic:
                return basic
        raise RegistryError(f"{image}: HTTP 401, the registry offers no way to read anonymously")

    def _token(self, image: ImageReference, challenge: dict[str, str], basic: str | None) -> str:
        params = {"scope": challenge.get("scope", f"repository:{image.repository}:pull")}
        if "service" in challenge:
            params["service"] = challenge["service"]
        realm = challenge.get("realm", "")
        if not realm:
            raise RegistryError(f"{image}: the registry asks for a token and does not say where to get one")
        try:
            # httpx replaces an address's own query by the parameters given beside it.
            url = str(httpx.URL(realm).copy_merge_params(params))
        except httpx.InvalidURL as error:
            raise RegistryError(f"{image}: the token's address {realm!r} is no address: {error}") from None
        headers = {"Authorization": basic} if basic else {}
        answer = self._transport.send("GET", url, headers=headers, loopback=image.on_loopback)
        if answer.status != 200:
            raise RegistryError(f"{image}: HTTP {answer.status} for a token at {realm}")
        try:
            content: Any = json.loads(answer.body)
        except ValueError:
            content = None
        token: Any = None
        if isinstance(content, dict):
            fields = cast("dict[str, Any]", content)
            token = fields.get("token") or fields.get("access_token")
        if not isinstance(token, str):
            raise RegistryError(f"{image}: {realm} answered without a token")
        if not _TOKEN.fullmatch(token):
            raise RegistryError(f"{image}: {realm} answered with a token that no header can carry")
        return f"Bearer {token}"


def _sha256(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _basic(credential: Credential) -> str:
    return f"Basic {base64.b64encode(f'{credential.user}:{credential.password}'.encode()).decode()}"
