"""The review of an assembly as a reviewer would get it, but for cfn-lint, which other tests run over every template."""

from datetime import date
from pathlib import Path

from review.assembly import read_assembly
from review.linting import Lint
from review.review import build


def fails_on(assembly: Path) -> list[str]:
    """What the review stops for, such as an acknowledgment that nothing needs any more."""
    whole = read_assembly(assembly)
    review = build(
        assembly=whole, part=whole, base=None, today=date(2026, 11, 23), lint=lambda: Lint(missing="Left out.")
    )
    assert len(review.findings.findings) > 100
    return [f"{finding.path}: {finding.rule}: {finding.message}" for finding in review.failing]
