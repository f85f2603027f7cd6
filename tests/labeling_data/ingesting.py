"""Gives images to the ingest, and reads what it has made."""

import json
from typing import Any

from labeling_data import handler
from tests.labeling_data.conftest import Clock
from tests.labeling_data.s3 import OWN, S3, SOURCE

EVENT = {"source": f"s3://{SOURCE}/cookies/", "run": "first", "label_attribute": "anomaly-label"}
IMAGES = f"s3://{OWN}/images/"


def ingest(*, calls: int = 1_000_000, **more: Any) -> dict[str, Any]:
    return handler.ingest({**EVENT, **more}, Clock(calls))


def rows(s3: S3, uri: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in s3.body(uri).splitlines()]


def rejected(s3: S3, answer: dict[str, Any]) -> dict[str, str]:
    return {row["key"].removeprefix("cookies/"): row["reason"] for row in rows(s3, answer["rejected"])}


def give(s3: S3, **images: bytes) -> None:
    """Images below the source; `__` stands for a slash."""
    for name, body in images.items():
        s3.put(f"s3://{SOURCE}/cookies/{name.replace('__', '/')}.png", body)
