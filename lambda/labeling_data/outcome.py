"""How a call ends."""

from collections.abc import Callable, Mapping
from typing import Any


class DataError(Exception):
    """The data cannot be used; the text says what and why, to people."""


def run(name: str, work: Callable[[], Mapping[str, Any]], logger: Any) -> dict[str, Any]:
    """The answer of some work: what people have to hear of is `failed` with a `reason`; all other errors are raised."""
    try:
        answer = {"status": "done", **work()}
    except DataError as error:
        answer = {"status": "failed", "reason": str(error)}
    logger.info(name, extra={"answer": answer})
    return answer
