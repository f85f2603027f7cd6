"""One review of the bad environment for every test that reads it."""

from datetime import date
from pathlib import Path

import pytest

from review.assembly import Assembly, read_assembly
from review.linting import Lint
from review.review import Review, build
from tests.review import bad_environment, pictured_environment

TODAY = date(2026, 11, 23)


def review_of(folder: Path, *, base: Path | None = None, today: date = TODAY) -> Review:
    """A review without cfn-lint, which takes seconds and has a test of its own."""
    assembly = read_assembly(folder)
    before = read_assembly(base) if base else None
    return build(assembly=assembly, part=assembly, base=before, today=today, lint=lambda: Lint(missing="Left out."))


@pytest.fixture(scope="session")
def bad_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bad_environment.bad(tmp_path_factory.mktemp("bad") / "cdk.out")


@pytest.fixture(scope="session")
def base_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bad_environment.base(tmp_path_factory.mktemp("base") / "cdk.out")


@pytest.fixture(scope="session")
def bad_review(bad_assembly: Path, base_assembly: Path) -> Review:
    return review_of(bad_assembly, base=base_assembly)


@pytest.fixture(scope="session")
def pictured_assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """An environment with all that pictures show, and nothing wrong."""
    return read_assembly(pictured_environment.pictured(tmp_path_factory.mktemp("pictured") / "cdk.out"))
