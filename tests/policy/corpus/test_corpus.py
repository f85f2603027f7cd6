"""Every template of the corpus holds one mistake; its header lists the rules that refuse it, checker by checker.

The page docs/checks.md shows the whole table: `python -m tests.policy.corpus` writes it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.corpus.__main__ import PAGE, with_table
from tests.policy.corpus.checkers import CHECKERS
from tests.policy.rules.engines import header

HERE = Path(__file__).parent
BAD = [pytest.param(path, id=path.stem) for path in sorted(HERE.glob("*.yaml"))]
GOOD = [pytest.param(path, id=path.stem) for path in sorted((HERE / "good").glob("*.yaml"))]

# What AWS refuses, or silently ignores, and no check sees: the header of each file says why.
KNOWN_TO_PASS = {
    "logs_key_in_other_region",
    "policy_unknown_action",
    "ssm_parameter_name_reserved",
}


def claimed(path: Path, checker: str) -> set[str]:
    return {rule.strip() for line in header(path, f"refused by {checker}") for rule in line.split(",")}


@pytest.mark.parametrize("path", BAD)
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_bad_template_is_refused_by_exactly_these_rules(path: Path, checker: str):
    assert CHECKERS[checker](path.read_text("utf-8")) == claimed(path, checker)


@pytest.mark.parametrize("path", BAD)
def test_a_bad_template_says_what_is_wrong_and_is_refused_unless_known(path: Path):
    assert header(path, "wrong")
    refused = any(claimed(path, checker) for checker in CHECKERS)
    assert refused != (path.stem in KNOWN_TO_PASS)
    assert bool(header(path, "passes every check")) == (path.stem in KNOWN_TO_PASS)


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_good_template_passes_every_check(path: Path, checker: str):
    assert CHECKERS[checker](path.read_text("utf-8")) == set()


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(BAD) >= 50
    assert len(GOOD) >= 2


def test_the_page_on_the_checks_shows_this_corpus():
    page = PAGE.read_text("utf-8")
    assert with_table(page) == page, "run `python -m tests.policy.corpus`"
