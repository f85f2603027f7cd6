"""Shows what was found: lines for people, JSON for programs, an exit code for both."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape

from operations.doctor.environment import Facts
from operations.doctor.finding import Finding

FINE, WILL_FAIL, NOT_KNOWN = 0, 1, 2
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red", "unknown": "magenta"}


def exit_code(findings: Sequence[Finding]) -> int:
    """1 where something will fail, 2 where something could not be looked at, 0 otherwise."""
    verdicts = {finding.verdict for finding in findings}
    return WILL_FAIL if "fail" in verdicts else NOT_KNOWN if "unknown" in verdicts else FINE


def as_json(findings: Sequence[Finding], facts: Facts) -> str:
    """Everything, with the counts of each verdict."""
    environment = {"environment": facts.environment.name, "account": facts.account, "region": facts.region}
    listed = [finding.as_json() for finding in findings]
    return json.dumps({**environment, "counts": _counts(findings), "findings": listed}, indent=2)


def show(findings: Sequence[Finding], facts: Facts, console: Console) -> None:
    """Each check's findings, with what to do below those that need it, and the counts last."""
    for check, found in groupby(findings, key=lambda finding: finding.check):
        console.print(f"[bold]{check}[/]")
        for finding in found:
            verdict = f"[{_COLOURS[finding.verdict]}]{finding.verdict:<7}[/]"
            console.print(f"  {verdict}  {escape(finding.subject)}: {escape(finding.reason)}", soft_wrap=True)
            if finding.remedy:
                console.print(f"{'':11}-> {escape(finding.remedy)}", soft_wrap=True)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in _counts(findings).items() if count)
    where = f"{facts.environment.name} in {facts.account}, {facts.region}"
    console.print(f"\n{where}: {counts or 'nothing to look at'}", soft_wrap=True)


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    counted = Counter(finding.verdict for finding in findings)
    return {verdict: counted[verdict] for verdict in ("fail", "unknown", "warn", "ok")}
