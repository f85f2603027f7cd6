"""The findings as SARIF 2.1.0, which code scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html: an acknowledged finding is a result with a
suppression (3.35), a construct path is a logical location (3.33).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from review.assembly import Assembly, Stack
from review.finding import Finding, Status
from review.sections.findings import rule_name

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "ASSEMBLY"


def as_sarif(findings: tuple[Finding, ...], assembly: Assembly) -> str:
    """One run with a rule for every id and a result for every finding."""
    rules: dict[str, Finding] = {}
    for finding in findings:
        rules.setdefault(rule_name(finding), finding)
    index = {name: place for place, name in enumerate(rules)}
    prints = _fingerprints(findings)
    run = {
        "tool": {
            "driver": {"name": "groundwork-review", "rules": [_rule(name, found) for name, found in rules.items()]}
        },
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The cloud assembly that `cdk synth` wrote."}}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, index[rule_name(finding)], assembly) | {"partialFingerprints": {"place/v1": place}}
            for finding, place in zip(findings, prints, strict=True)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _fingerprints(findings: tuple[Finding, ...]) -> Iterator[str]:
    """What stays when other findings come and go: rule and place; those of one rule at one place are counted."""
    seen: Counter[str] = Counter()
    for finding in findings:
        text = f"{finding.id} {finding.path}"
        yield hashlib.sha256(f"{text} {seen[text]}".encode() if seen[text] else text.encode()).hexdigest()
        seen[text] += 1


def _rule(name: str, finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": name,
        "shortDescription": {"text": name.partition("::")[2] or name},
        "fullDescription": {"text": finding.message or name},
        "defaultConfiguration": {"level": finding.severity.value},
    }
    return rule | ({"help": {"text": finding.fix}} if finding.fix else {})


def _result(finding: Finding, index: int, assembly: Assembly) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": rule_name(finding),
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": finding.message or finding.id},
        "properties": {"status": finding.status.value, "owner": finding.owner, "resource": finding.resource},
    }
    locations = [_location(finding, assembly)]
    if locations[0]:
        result["locations"] = locations
    if finding.status == Status.ACKNOWLEDGED:
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": finding.reason}]
    return result


def _location(finding: Finding, assembly: Assembly) -> dict[str, Any]:
    location: dict[str, Any] = {}
    stack = assembly.by_name.get(finding.stack)
    if finding.source:
        file, _, line = finding.source.rpartition(":")
        location["physicalLocation"] = {"artifactLocation": {"uri": file}, "region": {"startLine": int(line)}}
    elif stack:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": stack.file.relative_to(assembly.folder).as_posix(), "uriBaseId": _ROOT},
            "region": {"startLine": _lines(stack).get(finding.resource, 1)},
        }
    if finding.path:
        logical = {"fullyQualifiedName": finding.path, "kind": "resource" if finding.resource else "module"}
        location["logicalLocations"] = [logical]
    return location


def _lines(stack: Stack) -> Mapping[str, int]:
    return _line_numbers(stack.file.read_text("utf-8"), tuple(stack.resources))


@cache
def _line_numbers(text: str, ids: tuple[str, ...]) -> Mapping[str, int]:
    """The line of each logical id in a template, as the CDK indents it: two levels below the file's own."""
    wanted = set(ids)
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.strip().removesuffix(": {").strip('"')
        if line.endswith(": {") and name in wanted:
            found.setdefault(name, number)
    return found
