"""What a run of the ingest copies: the listing of its source, as it was when the run began."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from labeling_data.image_header import Limits
from labeling_data.manifest import stored_lines
from labeling_data.names import AmbiguousClassError, class_of, flat_names
from labeling_data.objects import ObjectGoneError, Objects, split
from labeling_data.outcome import DataError

MOST_IMAGES = 100_000
"""Of one labeling job (https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html); for masks, 20,000."""
IMAGES = "images/"
RUNS = "runs/"
_MOST_BYTES = 40 * 1000 * 1000


@dataclass(frozen=True, kw_only=True)
class PlannedImage:
    """An object of the source."""

    key: str
    etag: str
    modified: str
    size: int
    name: str
    """In the one folder."""
    label: str | None
    """Of its folder."""
    reason: str | None = None
    """Why it is not even read."""


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """A run, as the event has it."""

    source: str
    run: str
    label_attribute: str
    limits: Limits

    @property
    def folder(self) -> str:
        """Of the run's files."""
        return f"{RUNS}{self.run}/"


def read_event(event: Mapping[str, Any], *, bucket: str) -> Ingest:
    """What is to be done.

    Raises:
        DataError: the source is the bucket's own images, or a limit is above that of a labeling job.
    """
    source = f"{str(event['source']).rstrip('/')}/"
    source_bucket, prefix = split(source)
    if source_bucket == bucket and any(own.startswith(prefix) or prefix.startswith(own) for own in (IMAGES, RUNS)):
        raise DataError(f"{source} holds what the ingest itself has written; give a prefix beside `images/`")
    given: Mapping[str, int] = event.get("limits") or {}
    limits = Limits(**given)
    if limits.most_bytes > _MOST_BYTES:
        raise DataError(f"most_bytes is {limits.most_bytes}; a labeling job takes up to {_MOST_BYTES}")
    return Ingest(source=source, run=event["run"], label_attribute=event["label_attribute"], limits=limits)


def read_plan(ingest: Ingest, objects: Objects) -> Sequence[PlannedImage]:
    """The plan of a run: the one that it began with, or a new one."""
    key = f"{ingest.folder}plan.jsonl"
    try:
        lines = [line for _, line in objects.lines(objects.uri(key))]
    except ObjectGoneError:
        planned = _plan(ingest, objects)
        with stored_lines(objects, key) as file:
            for each in planned:
                file.add(asdict(each))
        return planned
    return [PlannedImage(**json.loads(line)) for line in lines if line]


def _plan(ingest: Ingest, objects: Objects) -> Sequence[PlannedImage]:
    _, prefix = split(ingest.source)
    found = [each for each in objects.list(ingest.source) if not each.key.endswith("/")]
    if not 0 < len(found) <= MOST_IMAGES:
        raise DataError(f"{ingest.source} has {len(found)} objects; a labeling job takes 1 to {MOST_IMAGES}")
    planned: list[PlannedImage] = []
    for each, name in zip(found, flat_names(listed.key[len(prefix) :] for listed in found), strict=True):
        label, reason = None, ingest.limits.size_refusal(each.size)
        try:
            label = class_of(each.key[len(prefix) :])
        except AmbiguousClassError as error:
            reason = str(error)
        planned.append(
            PlannedImage(
                key=each.key,
                etag=each.etag,
                modified=each.modified,
                size=each.size,
                name=name,
                label=label,
                reason=reason,
            )
        )
    return planned
