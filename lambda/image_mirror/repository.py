"""The push half of Amazon ECR's own API.

Source: the ECR API reference, version 2015-09-21: parts of 5 MiB or more except the last, 20971520 bytes at most, of
the size that InitiateLayerUpload answers; an index is refused while a manifest that it names is not there
(ReferencedImagesNotFoundException).
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from botocore.exceptions import ClientError

from .deadline import Deadline
from .manifest import MANIFEST_TYPES, Descriptor, Manifest

_LARGEST_PART = 10 * 1024 * 1024
_LAYERS_A_CALL = 100
_NOT_THERE = frozenset({"ImageNotFound", "ImageTagDoesNotMatchDigest"})


class RepositoryError(Exception):
    """ECR answered what cannot be worked with."""


class Repository:
    """One repository of the account's registry. What is there already is no failure: another run may be under way."""

    def __init__(self, name: str, *, client: Any, deadline: Deadline) -> None:
        self._name = name
        self._client = client
        self._deadline = deadline

    def has(self, digest: str, *, tag: str | None = None) -> bool:
        """Whether the manifest is there, under this tag if one is given.

        Raises:
            ClientError: ECR refuses.
            RepositoryError: ECR cannot say.
        """
        image = {"imageDigest": digest} | ({"imageTag": tag} if tag else {})
        answer = self._client.batch_get_image(
            repositoryName=self._name, imageIds=[image], acceptedMediaTypes=list(MANIFEST_TYPES)
        )
        for failure in answer["failures"]:
            if failure["failureCode"] not in _NOT_THERE:
                raise RepositoryError(f"{digest}: {failure['failureCode']}: {failure.get('failureReason')}")
        return bool(answer["images"])

    def missing(self, blobs: Iterable[Descriptor]) -> list[Descriptor]:
        """Those blobs that are not there yet, each once.

        Raises:
            ClientError: ECR refuses.
        """
        wanted = {blob.digest: blob for blob in blobs}
        digests, there = list(wanted), set[str]()
        for start in range(0, len(digests), _LAYERS_A_CALL):
            answer = self._client.batch_check_layer_availability(
                repositoryName=self._name, layerDigests=digests[start : start + _LAYERS_A_CALL]
            )
            there |= {layer["layerDigest"] for layer in answer["layers"] if layer["layerAvailability"] == "AVAILABLE"}
        return [blob for digest, blob in wanted.items() if digest not in there]

    def upload(self, blob: Descriptor, pieces: Iterable[bytes]) -> None:
        """Write a blob, one part in memory at a time.

        Raises:
            ClientError: ECR refuses.
            OutOfTimeError: there is no time for all of it; an upload that is not completed leaves nothing.
        """
        upload = self._client.initiate_layer_upload(repositoryName=self._name)
        upload_id, first = upload["uploadId"], 0
        for part in _parts(pieces, size=min(upload["partSize"], _LARGEST_PART)):
            self._deadline.check()
            self._upload_part(upload_id, first, part)
            first += len(part)
        try:
            self._client.complete_layer_upload(
                repositoryName=self._name, uploadId=upload_id, layerDigests=[blob.digest]
            )
        except ClientError as error:
            if _code(error) != "LayerAlreadyExistsException":
                raise

    def put(self, manifest: Manifest, *, tag: str | None = None) -> None:
        """Write a manifest, byte for byte; all that it names has to be there.

        Raises:
            ClientError: ECR refuses.
        """
        try:
            self._client.put_image(
                repositoryName=self._name,
                imageManifest=manifest.body.decode(),
                imageManifestMediaType=manifest.media_type,
                imageDigest=manifest.digest,
                **({"imageTag": tag} if tag else {}),
            )
        except ClientError as error:
            # An immutable tag is refused with its own digest, too (aws/containers-roadmap issue 2179): after a lost
            # answer, or when another run was faster.
            there = _code(error) == "ImageTagAlreadyExistsException" and self.has(manifest.digest, tag=tag)
            if not there and _code(error) != "ImageAlreadyExistsException":
                raise

    def _upload_part(self, upload_id: str, first: int, part: bytearray) -> None:
        last = first + len(part) - 1
        try:
            self._client.upload_layer_part(
                repositoryName=self._name,
                uploadId=upload_id,
                partFirstByte=first,
                partLastByte=last,
                layerPartBlob=part,
            )
        except ClientError as error:
            # Where the answer to a part was lost, the client has sent it again.
            if _answer(error).get("lastValidByteReceived") != last:
                raise


def _parts(pieces: Iterable[bytes], *, size: int) -> Iterator[bytearray]:
    part = bytearray()
    for piece in pieces:
        rest = piece
        while rest:
            taken = size - len(part)
            part += rest[:taken]
            rest = rest[taken:]
            if len(part) == size:
                yield part
                part = bytearray()
    if part:
        yield part


def _code(error: ClientError) -> str:
    return str(_answer(error)["Error"]["Code"])


def _answer(error: ClientError) -> dict[str, Any]:
    return cast("dict[str, Any]", error.response)
