"""Environments that a pull request gets for a while: a file made from another environment's, with an end."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from promotion.environments import PlatformEnvironment, stage_of
from promotion.errors import PromotionError
from promotion.pipeline import LONGEST_PREVIEW

EPHEMERAL, EXPIRES = "ephemeral", "expires-at"
"""Tags of every stack of a preview. The second is a time such as 2030-01-31T12-00-00Z, in UTC."""
_FORMAT = "%Y-%m-%dT%H-%M-%SZ"
_NAME = re.compile(r"pr-[1-9]\d{0,8}")
# A pull request tries an application out; GPU clusters and endpoints cost more in an hour than the rest in a month.
_LEFT_OUT = ("cluster", "governance", "spaces", "inference", "optimization", "labeling")


def preview_name(pull_request: int) -> str:
    """`pr-123`. Raises PromotionError for what is no number of a pull request."""
    if not _NAME.fullmatch(name := f"pr-{pull_request}"):
        raise PromotionError(f"Pull request {pull_request}: a whole number from 1 to 999999999 is needed.")
    return name


def is_preview(name: str) -> bool:
    """Whether an environment's name is a preview's."""
    return _NAME.fullmatch(name) is not None


def write_preview(
    file: Path, base: PlatformEnvironment, *, pull_request: int, hours: int, now: datetime, out: Path
) -> Path:
    """Write the environment file of a preview into a folder of its own.

    Args:
        file: of the environment that the preview is made from.
        base: the same, read.
        pull_request: its number.
        hours: until the reaper may take it.
        now: the present, in UTC.
        out: the folder, which `-c environments=` names at synthesis.

    Raises:
        PromotionError: the environment is production, keeps its data or is a preview itself, or the hours are too many.
    """
    if base.production:
        raise PromotionError(f"{file}: production: true; no preview is made of production.")
    if base.keep_data:
        raise PromotionError(f"{file}: keep_data: true; a preview of it could not be taken away. Allowed: false.")
    if is_preview(base.name):
        raise PromotionError(f"{file}: name: {base.name} is a preview itself.")
    if not 1 <= hours <= LONGEST_PREVIEW:
        raise PromotionError(f"hours: {hours}; allowed: 1 to {LONGEST_PREVIEW}.")
    content: dict[str, Any] = YAML(typ="safe").load(file.read_text("utf-8"))
    kept = {key: value for key, value in content.items() if key not in _LEFT_OUT}
    ends = (now.astimezone(UTC) + timedelta(hours=hours)).strftime(_FORMAT)
    kept["name"] = preview_name(pull_request)
    kept["tags"] = {**kept.get("tags", {}), EPHEMERAL: "true", EXPIRES: ends}
    out.mkdir(parents=True, exist_ok=True)
    written = out / f"{kept['name']}.yaml"
    with written.open("w", encoding="utf-8") as target:
        YAML(typ="safe", pure=True).dump(kept, target)
    return written


def expiry(tags: dict[str, str]) -> datetime | None:
    """When a stack's preview ends; None for what is no preview, whose tags say nothing sure of it."""
    name, text = tags.get("environment", ""), tags.get(EXPIRES, "")
    if tags.get(EPHEMERAL) != "true" or not is_preview(name):
        return None
    try:
        return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def stack_belongs(name: str, tags: dict[str, str]) -> bool:
    """Whether a stack's name is one that its preview gives: a tag alone can be put on anything."""
    return name.startswith(f"{stage_of(tags.get('environment', ''))}-")
