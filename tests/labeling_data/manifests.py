"""Rows as Ground Truth writes them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.labeling_data.s3 import OWN, S3

CREATED = "2026-01-02T03:04:05.678901"
COLORS = {
    "0": {"class-name": "BACKGROUND", "hex-color": "#ffffff", "confidence": 0.9},
    "1": {"class-name": "cracked", "hex-color": "#2ca02c", "confidence": 0.8},
}


def image(name: str) -> str:
    """URI of an image of the project."""
    return f"s3://{OWN}/images/{name}"


def labeled(name: str, label: str, *, confidence: float = 0.9, digest: str | None = None) -> dict[str, Any]:
    """A row of a classification job's output."""
    metadata = {
        "class-name": label,
        "confidence": confidence,
        "type": "groundtruth/image-classification",
        "job-name": "labeling-job/cookies-classification",
        "human-annotated": "yes",
        "creation-date": CREATED,
    }
    row = {
        "source-ref": image(name),
        "anomaly-label": ["normal", "anomaly"].index(label),
        "anomaly-label-metadata": metadata,
    }
    return {**row, "content-sha256": digest} if digest else row


def mask(name: str, *, colors: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a segmentation job adds to a row."""
    return {
        "anomaly-mask-ref": f"s3://{OWN}/labeled/annotations/consolidated-annotation/output/{name}",
        "anomaly-mask-ref-metadata": {
            "internal-color-map": COLORS if colors is None else colors,
            "type": "groundtruth/semantic-segmentation",
            "human-annotated": "yes",
            "creation-date": CREATED,
            "job-name": "labeling-job/cookies-segmentation",
        },
    }


def masked(name: str) -> dict[str, Any]:
    """A row of a segmentation job's output."""
    return {"source-ref": image(name), **mask(name)}


def failed(name: str, attribute: str = "anomaly-label") -> dict[str, Any]:
    """A row of an image that workers could not label."""
    reason = {"failure-reason": "ClientError: the image could not be opened", "human-annotated": "yes"}
    return {"source-ref": image(name), f"{attribute}-metadata": reason}


def lines(rows: Iterable[Mapping[str, Any] | str]) -> bytes:
    """A manifest; text is a line as it is."""
    return b"".join((row if isinstance(row, str) else json.dumps(row)).encode() + b"\n" for row in rows)


def read(s3: S3, uri: str) -> list[dict[str, Any]]:
    """A manifest's rows."""
    return [json.loads(line) for line in s3.body(uri).splitlines()]
