"""Reads one line of Data Capture: what an endpoint was asked, and what it answered.

A line is an object with `captureData.endpointInput` and `.endpointOutput`, each with `data` and its `encoding`: JSON
and CSV hold the body as text, BASE64 any body whose content type the endpoint's configuration does not list.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .reason import Dropped, Reason


@dataclass(frozen=True)
class Captured:
    """Both bodies, as text."""

    request: str
    answer: str
    streams: bool
    """Whether the answer's content type says that it is a stream."""


def read_capture(line: bytes) -> Captured:
    """Read a line.

    Raises:
        Dropped: it is no capture, has only one of the two sides, or does not decode.
    """
    captured = load_object(line, otherwise=Reason.NOT_JSON)
    data: object = captured.get("captureData")
    if not isinstance(data, dict):
        raise Dropped(Reason.NOT_A_CAPTURE)
    sides = cast("dict[str, Any]", data)
    request = _body(sides.get("endpointInput"), missing=Reason.NO_REQUEST)
    answer = _body(sides.get("endpointOutput"), missing=Reason.NO_ANSWER)
    kind: object = sides["endpointOutput"].get("observedContentType")
    streams = isinstance(kind, str) and kind.lower().startswith(("text/event-stream", "application/jsonlines"))
    return Captured(request=request, answer=answer, streams=streams)


def load_object(text: str | bytes, *, otherwise: Reason) -> dict[str, Any]:
    """Read an object of JSON.

    Raises:
        Dropped: it is none, for the given reason.
    """
    try:
        # Decoded here: of bytes, json guesses the encoding and takes what is no UTF-8.
        value: object = json.loads(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError):
        raise Dropped(otherwise) from None
    if not isinstance(value, dict):
        raise Dropped(otherwise)
    return cast("dict[str, Any]", value)


def _body(side: object, *, missing: Reason) -> str:
    if not isinstance(side, dict):
        raise Dropped(missing)
    fields = cast("Mapping[str, object]", side)
    data, encoding = fields.get("data"), fields.get("encoding")
    if not isinstance(data, str) or not data:
        raise Dropped(missing)
    if encoding in ("JSON", "CSV"):
        return data
    if encoding != "BASE64":
        raise Dropped(Reason.UNKNOWN_ENCODING)
    try:
        return base64.b64decode(data, validate=True).decode()
    except ValueError:
        raise Dropped(Reason.UNDECODABLE) from None
