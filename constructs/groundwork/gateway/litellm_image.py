"""The proxy's image, and the oldest version of it that is safe to deploy."""

import re
from typing import Annotated

from pydantic import AfterValidator

from groundwork.images import Image
from groundwork.settings import Allowed, Refusal, refuse

DEFAULT_IMAGE = "ghcr.io/berriai/litellm-database:v1.104.0"
SAFE_VERSION = (1, 84, 0)
"""Closes CVE-2026-42208 and CVE-2026-42271 (1.83.7) and CVE-2026-49468, a way round authentication (1.84.0)."""
IAM_CACHE_VERSION = (1, 102, 0)
"""The first version that signs in to ElastiCache with IAM: `litellm/_redis.py` of 1.101.0 knows no `aws_iam_auth`."""


def version_of(image: str) -> tuple[int, int, int] | None:
    """The version that an image's tag names. None: it names none."""
    match = re.fullmatch(r".*:v?(\d+)\.(\d+)\.(\d+)", image)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def private_registry(image: str) -> bool:
    """Whether an image stands in ECR already, so that no copy of it is made."""
    return re.match(r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/", image) is not None


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))


def _recent_enough(image: Image) -> Image:
    version, allowed = version_of(image.root), f"{_text(IAM_CACHE_VERSION)} or newer, such as {DEFAULT_IMAGE}"
    if version is None:
        refuse([Refusal(reason="the tag is no version", allowed=allowed, value=image.root)])
    elif version < SAFE_VERSION:
        reason = "has known holes that let callers in without a key (CVE-2026-42208, CVE-2026-42271, CVE-2026-49468)"
        refuse([Refusal(reason=reason, allowed=allowed, value=image.root)])
    elif version < IAM_CACHE_VERSION:
        reason = "cannot sign in to the cache with IAM, and there is no password"
        refuse([Refusal(reason=reason, allowed=allowed, value=image.root)])
    return image


LiteLlmImage = Annotated[
    Image,
    AfterValidator(_recent_enough),
    Allowed(f"registry/repository:version, {_text(IAM_CACHE_VERSION)} or newer"),
]
