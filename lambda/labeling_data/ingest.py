"""A run of the ingest: batch after batch, each of which counts once its part is stored."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

from labeling_data.ingest_copy import copy
from labeling_data.ingest_plan import IMAGES, Ingest, PlannedImage, read_event, read_plan
from labeling_data.labels import CLASSES, label_entries
from labeling_data.manifest import DIGEST, IMAGE, stored_lines
from labeling_data.objects import Objects
from labeling_data.outcome import DataError

BATCH = 250
BATCH_MS = 5 * 60 * 1000
"""So much time a batch must have left, as must the end: 250 images of 40 MB are 10 GB."""
_MOST_DIMENSIONS = 20


class Clock(Protocol):
    """Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Of this call."""
        ...


def ingest(event: Mapping[str, Any], objects: Objects, *, clock: Clock, workers: int) -> dict[str, Any]:
    """Go on with a run. See `handler.ingest`.

    Raises:
        DataError: nothing lies at the source, too much, or what was stored has gone.
    """
    order = read_event(event, bucket=objects.bucket)
    plan = read_plan(order, objects)
    done = sum(1 for _ in objects.list(objects.uri(f"{order.folder}parts/")))
    for number in range(done, -(-len(plan) // BATCH)):
        if clock.get_remaining_time_in_millis() < BATCH_MS:
            return _again(number, plan)
        _copy_batch(number, plan, order, objects, workers)
    if clock.get_remaining_time_in_millis() < BATCH_MS:
        return _again(-(-len(plan) // BATCH), plan)
    return _finish(plan, order, objects)


def _again(batches: int, plan: Sequence[PlannedImage]) -> dict[str, Any]:
    return {"status": "again", "progress": {"done": min(batches * BATCH, len(plan)), "found": len(plan)}}


def _part(order: Ingest, number: int) -> str:
    return f"{order.folder}parts/{number:05}.jsonl"


def _copy_batch(number: int, plan: Sequence[PlannedImage], order: Ingest, objects: Objects, workers: int) -> None:
    batch = plan[number * BATCH : (number + 1) * BATCH]
    with ThreadPoolExecutor(workers) as pool:
        one = partial(copy, objects=objects, source=order.source, limits=order.limits)
        results = list(pool.map(one, batch))
    with stored_lines(objects, _part(order, number)) as file:
        for result in results:
            file.add(result)


def _results(
    plan: Sequence[PlannedImage], order: Ingest, objects: Objects
) -> Iterator[tuple[PlannedImage, Mapping[str, Any]]]:
    planned = iter(plan)
    for number in range(-(-len(plan) // BATCH)):
        for _, line in objects.lines(objects.uri(_part(order, number))):
            yield next(planned), json.loads(line or b"")


def _finish(plan: Sequence[PlannedImage], order: Ingest, objects: Objects) -> dict[str, Any]:
    labels: dict[bytes, set[str]] = {}
    for image, result in _results(plan, order, objects):
        if "sha256" in result:
            labels.setdefault(bytes.fromhex(result["sha256"]), set()).update([image.label] if image.label else [])
    counts = Counter[str]({"found": len(plan)})
    dimensions, names = Counter[str](), dict[str, int]()
    first: dict[bytes, str] = {}
    with (
        stored_lines(objects, f"{order.folder}images.manifest") as all_images,
        stored_lines(objects, f"{order.folder}classified.manifest") as classified,
        stored_lines(objects, f"{order.folder}rejected.jsonl") as rejected,
    ):
        for image, result in _results(plan, order, objects):
            digest = bytes.fromhex(result.get("sha256", ""))
            if "reason" in result:
                counts["rejected"] += 1
                rejected.add(result)
            elif len(labels[digest]) > 1:
                counts["conflicts"] += 1
                rejected.add({"key": image.key, "reason": "the same image is in `normal` and in `anomaly`"})
            elif digest in first:
                counts["duplicates"] += 1
                rejected.add({"key": image.key, "reason": f"the same image as {first[digest]}"})
            else:
                first[digest] = image.key
                names[result["name"]] = image.size
                # A copy in one of the two folders says it for one beside them.
                label = next(iter(labels[digest]), None)
                counts.update(["accepted", label or "unclassified"])
                dimensions[f"{result['width']}x{result['height']}"] += 1
                row = {IMAGE: objects.uri(IMAGES + result["name"]), DIGEST: result["sha256"]}
                all_images.add(row)
                if label:
                    name = order.label_attribute
                    classified.add(row | label_entries(name, name=label, created=image.modified, job="folders"))
    _verify(names, objects)
    kinds = ("found", "accepted", "rejected", "duplicates", "conflicts", *CLASSES, "unclassified")
    return {
        "manifest": objects.uri(f"{order.folder}images.manifest"),
        "classified_manifest": objects.uri(f"{order.folder}classified.manifest") if classified.count else None,
        "rejected": objects.uri(f"{order.folder}rejected.jsonl"),
        "counts": {kind: counts[kind] for kind in kinds},
        "dimensions": dict(dimensions.most_common(_MOST_DIMENSIONS)),
    }


def _verify(names: Mapping[str, int], objects: Objects) -> None:
    if not names:
        raise DataError("no image could be accepted; `rejected.jsonl` of the run says why")
    stored = {each.key.removeprefix(IMAGES): each.size for each in objects.list(objects.uri(IMAGES))}
    lost = [name for name, size in names.items() if stored.get(name) != size]
    if lost:
        raise DataError(f"{len(lost)} of {len(names)} images have gone from {objects.uri(IMAGES)}, such as {lost[0]}")
