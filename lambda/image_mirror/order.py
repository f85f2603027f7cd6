"""What is to be copied, as the custom resource's properties say it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_FORMS = {
    "Source": re.compile(r"[a-z0-9.-]+(:\d{1,5})?(/[a-z0-9._-]+)+"),
    "Tag": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,114}"),
    "Digest": re.compile(r"sha256:[0-9a-f]{64}"),
    "Repository": re.compile(r"[a-z0-9][a-z0-9._/-]{1,255}"),
}
_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Order:
    """One image and the repository that it goes to."""

    source: str
    """`registry/repository`."""
    tag: str
    """The source's tag, for people: what is read is the digest."""
    digest: str
    repository: str
    """Name of the ECR repository, in the function's own account and Region."""
    platforms: frozenset[str]
    """`os/architecture` that the image must have."""

    @property
    def target_tag(self) -> str:
        """The tag in ECR, of tag and digest: where a source's tag moves, an immutable tag is not in the way."""
        return f"{self.tag}-{self.digest.removeprefix('sha256:')[:12]}"

    def __str__(self) -> str:
        return f"{self.source}:{self.tag}@{self.digest}"


def read_order(properties: Mapping[str, Any]) -> Order:
    """Read the properties.

    Raises:
        ValueError: one is missing or of another form; names it.
    """
    for name, form in _FORMS.items():
        if not form.fullmatch(str(properties.get(name, ""))):
            raise ValueError(f"{name}: {properties.get(name)!r} does not match {form.pattern}")
    platforms = properties.get("Platforms")
    if not isinstance(platforms, list) or not all(_PLATFORM.fullmatch(str(p)) for p in platforms):
        raise ValueError(f"Platforms: {platforms!r} is no list such as ['linux/arm64']")
    return Order(
        source=properties["Source"],
        tag=properties["Tag"],
        digest=properties["Digest"],
        repository=properties["Repository"],
        platforms=frozenset(platforms),
    )
