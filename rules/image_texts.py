"""The images in a structure whose keys name them: a Kubernetes manifest, a chart's values, a state machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .intrinsics import is_list, mapping, sequence
from .template import Template

_KEYS = ("image", "defaultImage", "Image", "ImageUri", "TrainingImage")
_LISTS = ("allowedImages",)
_IN_TEXT = re.compile(r'"(?:image|defaultImage|Image|ImageUri|TrainingImage)"\s*:\s*"((?:[^"\\]|\\.)+)"')
_LIST_IN_TEXT = re.compile(r'"allowedImages"\s*:\s*\[([^\]]*)\]')
_TEXT = re.compile(r'"((?:[^"\\]|\\.)+)"')


def images_in(template: Template, value: object) -> Iterator[str]:
    """Every image below `value`; one that a chart takes apart (repository, tag, digest) is put together."""
    if is_list(value):
        for item in sequence(value):
            yield from images_in(template, item)
        return
    body = mapping(value)
    apart = _put_together(template, body)
    if apart:
        yield apart
    for key, item in body.items():
        if key not in _KEYS or mapping(item) or is_list(item):
            yield from images_in(template, item)
        if key in _LISTS and is_list(item):
            yield from (text for each in sequence(item) for text in template.texts(each) if text)
        if key in _KEYS and not apart:
            yield from (text for text in template.texts(item) if text)


def images_in_text(text: str) -> Iterator[str]:
    """The same, for a text that is JSON only after the deployment has filled it in."""
    yield from _IN_TEXT.findall(text)
    for listed in _LIST_IN_TEXT.findall(text):
        yield from _TEXT.findall(listed)


def _put_together(template: Template, body: Mapping[str, object]) -> str | None:
    """`{repository, tag}`, or `{repository, image, version}` as NVIDIA's charts have it.

    Without a tag and without a digest a chart takes its own tag. That is not pinned either, but a chart also says
    `repository` of git: a lone one counts only where another key speaks of an image.
    """
    repository = _text(template, body, "repository")
    if not repository or not {"tag", "digest", "image", "registry", "pullPolicy"} & set(body):
        return None
    parts = [_text(template, body, "registry"), repository, _text(template, body, "image")]
    name = "/".join(part for part in parts if part)
    tag, digest = _text(template, body, "tag") or _text(template, body, "version"), _text(template, body, "digest")
    if tag.startswith("sha256:"):
        tag, digest = "", tag
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def _text(template: Template, body: Mapping[str, object], key: str) -> str:
    return next(iter(template.texts(body.get(key))), "")
