"""Amazon ECR's own API as far as a push needs it, with its refusals, behind HTTP so that a real client calls it.

Source: the ECR API reference, version 2015-09-21, and its model in botocore.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# ruff: noqa: N802, N803 - operations and members as the API spells them
from tests.handlers.image_mirror.images import INDEX, MIB, digest_of
from tests.handlers.image_mirror.server import Handler, serving


class RefusalError(Exception):
    """An error as ECR answers it."""

    def __init__(self, code: str, status: int = 400, **fields: Any) -> None:
        super().__init__(code)
        self.code, self.status, self.fields = code, status, fields


@dataclass
class Upload:
    """A layer under way: its bytes are not kept."""

    hashed: Any = field(default_factory=hashlib.sha256)
    sizes: list[int] = field(default_factory=list)


@dataclass
class FakeEcr:
    """One repository."""

    name: str = "mirror"
    endpoint: str = ""
    part_size: int = 5 * MIB
    layers: set[str] = field(default_factory=set)
    images: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    uploads: dict[str, Upload] = field(default_factory=dict)
    refusals: list[tuple[str, str, int]] = field(default_factory=list)
    """Operation, code and HTTP status of answers still to be given, once each."""
    lost: list[str] = field(default_factory=list)
    """Operations whose next answer gets lost after the work is done."""
    looks_empty: bool = False
    """What another run writes was not there yet when this one looked."""

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(operation)
        for refusal in self.refusals:
            if refusal[0] == operation:
                self.refusals.remove(refusal)
                raise RefusalError(refusal[1], status=refusal[2])
        if request.pop("repositoryName") != self.name:
            raise RefusalError("RepositoryNotFoundException")
        answer = getattr(self, operation)(**request)
        if operation in self.lost:
            self.lost.remove(operation)
            raise RefusalError("InternalError", status=500)
        return answer

    def BatchGetImage(self, imageIds: list[dict[str, str]], acceptedMediaTypes: list[str]) -> dict[str, Any]:
        images, failures = [], []
        for image in imageIds:
            body = self.images.get(image["imageDigest"])
            tagged = "imageTag" not in image or self.tags.get(image["imageTag"]) == image["imageDigest"]
            if body and tagged and not self.looks_empty:
                images.append({"imageId": image, "imageManifest": body.decode()})
            else:
                failures.append({"imageId": image, "failureCode": "ImageNotFound"})
        return {"images": images, "failures": failures}

    def BatchCheckLayerAvailability(self, layerDigests: list[str]) -> dict[str, Any]:
        there = set() if self.looks_empty else self.layers
        layers = [
            {"layerDigest": d, "layerAvailability": "AVAILABLE" if d in there else "UNAVAILABLE"} for d in layerDigests
        ]
        return {"layers": layers, "failures": []}

    def InitiateLayerUpload(self) -> dict[str, Any]:
        upload_id = f"upload-{len(self.uploads)}"
        self.uploads[upload_id] = Upload()
        return {"uploadId": upload_id, "partSize": self.part_size}

    def UploadLayerPart(
        self, uploadId: str, partFirstByte: int, partLastByte: int, layerPartBlob: str
    ) -> dict[str, Any]:
        upload, part = self.uploads[uploadId], base64.b64decode(layerPartBlob)
        if partFirstByte != sum(upload.sizes) or len(part) != partLastByte - partFirstByte + 1:
            raise RefusalError("InvalidLayerPartException", lastValidByteReceived=sum(upload.sizes) - 1)
        upload.hashed.update(part)
        upload.sizes.append(len(part))
        return {"uploadId": uploadId, "lastByteReceived": partLastByte}

    def CompleteLayerUpload(self, uploadId: str, layerDigests: list[str]) -> dict[str, Any]:
        upload, (digest,) = self.uploads.pop(uploadId), layerDigests
        if digest in self.layers:
            raise RefusalError("LayerAlreadyExistsException")
        if any(size < 5 * MIB for size in upload.sizes[:-1]):
            raise RefusalError("LayerPartTooSmallException")
        if not upload.sizes:
            raise RefusalError("EmptyUploadException")
        if digest != f"sha256:{upload.hashed.hexdigest()}":
            raise RefusalError("InvalidLayerException")
        self.layers.add(digest)
        return {"uploadId": uploadId, "layerDigest": digest}

    def PutImage(
        self, imageManifest: str, imageManifestMediaType: str, imageDigest: str, imageTag: str | None = None
    ) -> dict[str, Any]:
        body, content = imageManifest.encode(), json.loads(imageManifest)
        if digest_of(body) != imageDigest:
            raise RefusalError("ImageDigestDoesNotMatchException")
        # Immutable: refused with the same digest, too (aws/containers-roadmap issue 2179).
        if imageTag in self.tags:
            self.looks_empty = False
            raise RefusalError("ImageTagAlreadyExistsException")
        if imageManifestMediaType == INDEX:
            if not {child["digest"] for child in content["manifests"]} <= self.images.keys():
                raise RefusalError("ReferencedImagesNotFoundException")
        elif not {blob["digest"] for blob in [content["config"], *content["layers"]]} <= self.layers:
            raise RefusalError("LayersNotFoundException")
        if imageDigest in self.images and not imageTag:
            raise RefusalError("ImageAlreadyExistsException")
        self.images[imageDigest] = body
        if imageTag:
            self.tags[imageTag] = imageDigest
        return {"image": {"imageId": {"imageDigest": imageDigest}}}


@contextmanager
def ecr() -> Iterator[FakeEcr]:
    """A running ECR."""
    fake = FakeEcr()

    class Api(Handler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            try:
                status, answer = 200, fake.call(operation, request)
            except RefusalError as error:
                status, answer = error.status, {"__type": error.code, "message": "refused", **error.fields}
            self.answer(status, json.dumps(answer).encode(), Content_Type="application/x-amz-json-1.1")

    with serving(Api) as host:
        fake.endpoint = f"http://{host}"
        yield fake
