"""What an endpoint streams, as the server-sent events that a client of OpenAI's API reads.

SageMaker wraps a stream into messages of its own (`application/vnd.amazon.eventstream`). Inside, vLLM's and SGLang's
containers send server-sent events, and LMI sends one JSON object a line: it takes `data:` and `[DONE]` away.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html
https://github.com/deepjavalibrary/djl-serving (vllm_stream_output_formatter)
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from botocore.eventstream import EventStreamBuffer, ParserError


class StreamError(Exception):
    """The model, or SageMaker, broke the stream off."""


def payloads(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The payloads of SageMaker's messages, each as soon as it is whole.

    Raises:
        StreamError: a message says that the stream failed, or it ends within one.
    """
    buffer: Any = EventStreamBuffer()
    unread = 0
    for chunk in chunks:
        unread += len(chunk)
        buffer.add_data(chunk)
        try:
            for event in buffer:
                unread -= event.prelude.total_length
                if event.headers.get(":message-type") != "event":
                    kind = event.headers.get(":exception-type") or event.headers.get(":error-code")
                    raise StreamError(f"{kind}: {event.payload[:500].decode(errors='replace')}")
                yield event.payload
        except ParserError as error:
            raise StreamError(f"the stream is damaged: {error}") from error
    if unread:
        raise StreamError(f"the stream ends within a message, after {unread} bytes of it")


def server_sent_events(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same as server-sent events; what already is one passes unchanged.

    Raises:
        StreamError: a line is an error of the model instead of a part of its answer.
    """
    rest = b""
    lines: bool | None = None
    for part in parts:
        if lines is None:
            rest += part
            if not rest.strip():
                continue
            lines = rest.lstrip()[:1] == b"{"
            part, rest = rest, b""
        if not lines:
            yield part
            continue
        *whole, rest = (rest + part).split(b"\n")
        yield from map(_event, filter(bytes.strip, whole))
    if lines:
        if rest.strip():
            yield _event(rest)
        yield b"data: [DONE]\n\n"


def _event(line: bytes) -> bytes:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise StreamError(f"a line of the stream is no JSON: {line[:200]!r}") from error
    if isinstance(found, dict) and "error" in found and "choices" not in found:
        raise StreamError(f"the model answers: {line[:500].decode(errors='replace')}")
    return b"data: " + line.strip() + b"\n\n"
