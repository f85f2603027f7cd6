"""Write the table of docs/checks.md anew, from the headers of the templates: `python -m tests.policy.corpus`."""

from __future__ import annotations

from pathlib import Path

from tests.policy.rules.engines import header

PAGE = Path(__file__).parents[3] / "docs/checks.md"
CHECKERS = ("validate", "cfn-lint", "pack")


def table() -> str:
    """What is wrong with each template, and which rules of which checker refuse it, in Markdown."""
    rows = ["| mistake | CloudFormation Validate | cfn-lint | own pack |", "| --- | --- | --- | --- |"]
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        rules = (", ".join(header(path, f"refused by {checker}")) or "-" for checker in CHECKERS)
        rows.append(f"| {header(path, 'wrong')[0]} | {' | '.join(rules)} |")
    return "\n".join(rows) + "\n"


def with_table(page: str) -> str:
    """The page's text with the table at its end."""
    return page[: page.index("| mistake |")] + table()


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
