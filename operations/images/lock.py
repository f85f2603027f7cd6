"""What `images.lock.yaml` may hold."""

import re
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from operations.images.reference import ImageReference, parse_image

Signature = Literal["verified", "unverified", "none", "unknown"]
"""verified: checked with the entry's public key. unverified: there is one, and no key to check it with.
none: the registry has no cosign signature. unknown: nobody has asked the registry."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def _image(text: str) -> str:
    parse_image(text)
    return text


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise ValueError("write sha256: and 64 small hexadecimal digits, or null")
    return text


def _iso_date(text: str) -> str:
    try:
        valid = date.fromisoformat(text).isoformat() == text
    except ValueError:
        valid = False
    if not valid:
        raise ValueError('write a date in quotes, "YYYY-MM-DD"')
    return text


class LockedImage(BaseModel):
    """One image tag and the digest that was read for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    image: Annotated[str, AfterValidator(_image)]
    digest: Annotated[str, AfterValidator(_digest)] | None
    read: Annotated[str, AfterValidator(_iso_date)] | None
    source: Annotated[str, Field(min_length=1)]
    signature: Signature
    public_key: str | None = None

    @property
    def reference(self) -> ImageReference:
        """The image's name, taken apart."""
        return parse_image(self.image)

    @field_validator("public_key")
    @classmethod
    def _relative(cls, path: str | None) -> str | None:
        if path is not None and (not path or PurePosixPath(path).is_absolute()):
            raise ValueError("write a path relative to the lock file")
        return path

    @model_validator(mode="after")
    def _consistent(self) -> "LockedImage":
        if (self.digest is None) != (self.read is None):
            raise ValueError("digest and read are both given or both null")
        if self.digest is None and self.signature != "unknown":
            raise ValueError(f"signature {self.signature!r} without a digest; allowed is 'unknown'")
        if self.signature == "verified" and self.public_key is None:
            raise ValueError("signature 'verified' needs the public_key that it was verified with")
        return self


class ImageLock(BaseModel):
    """The whole file, in its order."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    images: Annotated[tuple[LockedImage, ...], Field(strict=False)]
