"""The stacks of several sections, synthesized once."""

from pathlib import Path

import pytest

from tests.handlers.labeling_workforce.conftest import aws as aws
from tests.labeling.labeling_app import SECTIONS, Synthesized, example, synthesize


@pytest.fixture(scope="session")
def by_stage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesized]:
    """By the name of their stage; data is kept but in `Open`."""
    stages = {"Example": example()["labeling"], **SECTIONS}
    return synthesize(tmp_path_factory.mktemp("labeling") / "assembly", stages)


@pytest.fixture(scope="session")
def kept(by_stage: dict[str, Synthesized]) -> Synthesized:
    """The example, whose data is kept."""
    return by_stage["Example"]


@pytest.fixture(scope="session")
def oidc(by_stage: dict[str, Synthesized]) -> Synthesized:
    """With an identity provider, in a VPC."""
    return by_stage["Oidc"]


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assembly with every check, of the one that has resources which the example has not."""
    outdir = tmp_path_factory.mktemp("checked") / "assembly"
    synthesize(outdir, {"Oidc": SECTIONS["Oidc"]}, checks=True)
    return outdir
