"""Container images: named by repository and tag in an environment file, pinned by digest in `images.lock.yaml`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError

from groundwork.settings import Allowed, Refusal
from groundwork.yaml_document import YamlError, read_yaml

ImageLock = dict[str, str | None]
"""Digest by image name; None where the lock says that nobody has read it yet."""


def _not_latest(name: str) -> str:
    if name.endswith(":latest"):
        raise ValueError("the tag moves")
    return name


class Image(RootModel[str]):
    """`registry/repository:tag`, never `latest`. What is deployed is the digest that the lock holds for it."""

    model_config = ConfigDict(frozen=True, strict=True)

    root: Annotated[  # pyrefly: ignore[bad-override]
        str,
        Field(
            pattern=r"^[a-z0-9.-]+(:\d+)?(/[a-z0-9._-]+)+:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        ),
        AfterValidator(_not_latest),
        Allowed("registry/repository:tag, and not the tag `latest`"),
    ]

    def pinned(self, lock: ImageLock) -> str:
        """The image with its digest, as a container runtime takes it.

        Raises:
            KeyError: the lock has no digest for it. Validation lets that pass outside production only.
        """
        digest = lock[self.root]
        if digest is None:
            raise KeyError(f"images.lock.yaml holds no digest for {self.root}")
        return f"{self.root}@{digest}"


class ImageLockError(Exception):
    """`images.lock.yaml` cannot be used."""


def read_image_lock(path: Path) -> ImageLock:
    """Read the lock that `python -m operations images lock` writes.

    Raises:
        ImageLockError: the file cannot be read, or has another form.
    """
    try:
        lock = _LockFile.model_validate(read_yaml(path).content)
    except (YamlError, ValidationError) as error:
        raise ImageLockError(f"{path}: {error}") from None
    return {entry.image: entry.digest for entry in lock.images}


def images_of(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Image]]:
    """Every image that a section names, with the path of the field that names it."""
    if isinstance(value, Image):
        yield at, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from images_of(getattr(value, name), (*at, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from images_of(item, (*at, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from images_of(item, (*at, str(key)))


def refusals_of_unlocked(section: Any, lock: ImageLock, *, who: str) -> Iterator[Refusal]:
    """Images of a section that would go by their tag; `who` says what takes digests only."""
    for at, image in images_of(section):
        if not lock.get(image.root):
            repository = image.root.rpartition(":")[0]
            others = ", ".join(each for each, digest in lock.items() if digest and each.startswith(f"{repository}:"))
            add = f"one that `python -m operations images lock --add {image.root}` has added"
            yield Refusal(
                reason=f"images.lock.yaml holds no digest for it, and {who} by digest only",
                allowed=f"{others}; or {add}" if others else add,
                at=at,
                value=image.root,
            )


class _LockEntry(BaseModel):
    image: str
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None


class _LockFile(BaseModel):
    images: tuple[_LockEntry, ...] = ()
