"""Makes a generated text fit what the type's own schema demands of it: length and pattern."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import regex

from operations.local.engine.identity import Identity
from operations.local.engine.pattern_sample import sample

_REPEATS = (12, 17, 10, 8, 4, 1, 22, 32, 36, 40)


def fitting(definition: dict[str, Any], identity: Identity, preferred: str, alternatives: Iterable[str]) -> str:
    """`preferred` where the schema allows it, else the first of `alternatives`, and of samples, that it allows.

    Where none does, `preferred`: some patterns are beyond what can be sampled.
    """
    if fits(definition, preferred):
        return preferred
    candidates = chain(alternatives, _samples(definition, identity, preferred))
    return next((text for text in candidates if fits(definition, text)), preferred)


def fits(definition: dict[str, Any], text: str) -> bool:
    """Whether the length and the pattern of the schema allow the text."""
    if not definition.get("minLength", 0) <= len(text) <= definition.get("maxLength", len(text)):
        return False
    pattern = definition.get("pattern")
    try:
        # The same library, and the same search, with which the properties of a consumer are checked.
        return pattern is None or regex.search(pattern, text, timeout=1.0) is not None
    except (regex.error, TimeoutError):
        return True  # nothing can be checked against such a pattern


def _samples(definition: dict[str, Any], identity: Identity, preferred: str) -> Iterator[str]:
    for repeats in _REPEATS:
        text = sample(str(definition.get("pattern", ".*")), seed=identity.digest(preferred), repeats=repeats)
        if text is not None:
            yield from _with_own_place(text, identity)
            yield text


def _with_own_place(text: str, identity: Identity) -> Iterator[str]:
    """An ARN with the identity's own partition, Region and account, as many of them as it may have."""
    parts, scope = text.split(":", 5), identity.scope
    if len(parts) == 6 and parts[0] == "arn":
        _, _, service, _, _, resource = parts
        for region, account in ((scope.region, scope.account), ("", scope.account), (scope.region, ""), ("", "")):
            yield ":".join(("arn", scope.partition, service, region, account, resource))
