"""Lines as Data Capture writes them."""

import base64
import json
from typing import Any


def side(body: str, *, encoding: str = "JSON", kind: str = "application/json") -> dict[str, str]:
    data = base64.b64encode(body.encode()).decode() if encoding == "BASE64" else body
    return {"observedContentType": kind, "mode": "INPUT", "data": data, "encoding": encoding}


def chat(*texts: str, **more: Any) -> str:
    """A request whose turns alternate, the user's first."""
    roles = ("user", "assistant")
    turns = [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]
    return json.dumps({"messages": turns, **more})


def said(text: str | None, *, finish: str = "stop", **more: Any) -> str:
    message = {"role": "assistant", "content": text, **more}
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": finish}]})


def stream(*pieces: str, finish: str | None = "stop", end: str = "data: [DONE]\n\n", start: str = "data: ") -> str:
    events: list[Any] = [{"choices": [{"index": 0, "delta": {"content": each}}]} for each in pieces]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    events.append({"choices": [], "usage": {"total_tokens": 3}})
    return "".join(f"{start}{json.dumps(event)}\n\n" for event in events) + end


def line(asked: str | dict[str, Any] | None, answered: str | dict[str, Any] | None) -> bytes:
    sides: dict[str, Any] = {}
    for name, given in (("endpointInput", asked), ("endpointOutput", answered)):
        if given is not None:
            sides[name] = side(given) if isinstance(given, str) else given
    metadata = {"eventId": "e", "inferenceTime": "2026-01-01T00:00:00Z"}
    return json.dumps({"captureData": sides, "eventMetadata": metadata, "eventVersion": "0"}).encode()
