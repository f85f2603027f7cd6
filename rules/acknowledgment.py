"""An acknowledgment names one finding of one pack and says why it may stand.

The CDK accepts an empty reason. It also accepts an id without the pack's name, but then cdk-nag drops the finding
from the report altogether: nobody would see that something was excused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .finding import Finding
from .intrinsics import mapping, sequence

RULE = "AcknowledgmentIsReasoned"
# Shorter than this is "ok", "not needed" or "false positive": it names no compensating control.
SHORTEST_REASON = 20

_TEMPLATE, _METADATA = ".template.json", ".metadata.json"
_KIND = "aws:cdk:acknowledged-rules"
# The CDK's name for an id without a pack. Its own warnings are acknowledged so, and start with "@".
_BARE, _OWN_WARNING = "Annotation::", "Annotation::@"


def check(template_path: Path) -> Iterator[tuple[str, Finding]]:
    """(construct path, finding) for the acknowledgments in the stack whose template lies at `template_path`."""
    file = template_path.with_name(template_path.name.removesuffix(_TEMPLATE) + _METADATA)
    if not file.is_file():
        return  # a stack without any metadata has no such file
    for path, entries in mapping(json.loads(file.read_text("utf-8"))).items():
        for entry in sequence(entries):
            if mapping(entry).get("type") == _KIND:
                for acknowledged, reason in mapping(mapping(entry).get("data")).items():
                    for finding in _check(acknowledged, str(reason)):
                        yield path.lstrip("/"), finding


def _check(acknowledged: str, reason: str) -> Iterator[Finding]:
    if len(reason.strip()) < SHORTEST_REASON:
        yield Finding(
            rule=RULE,
            message=f"'{acknowledged}' is acknowledged with the reason {reason!r}.",
            fix=f"Name the control that makes the finding harmless, in at least {SHORTEST_REASON} characters.",
        )
    if acknowledged.startswith(_BARE) and not acknowledged.startswith(_OWN_WARNING):
        bare = acknowledged.removeprefix(_BARE)
        yield Finding(
            rule=RULE,
            message=f"'{bare}' is acknowledged without the name of its pack and would vanish from the report.",
            fix=f"Write the pack in front, for example AwsSolutions::{bare}.",
        )
