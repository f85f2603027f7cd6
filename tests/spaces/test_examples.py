"""The shipped examples do what their comments say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from groundwork.images import refusals_of_unlocked
from groundwork.spaces.names import longest_space_name
from tests.spaces.section import EXAMPLES, LOCK, example, words

NAMES = sorted(file.stem.removeprefix("spaces-") for file in EXAMPLES.glob("spaces-*.yaml"))


def test_there_is_one_for_the_notebook_one_with_slices_and_a_shared_one() -> None:
    assert NAMES == ["grid-world", "mig", "shared"]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_accepted_and_its_images_have_digests(name: str) -> None:
    assert words(refusals_of_unlocked(example(name), LOCK, who="a Space starts")) == []


def run_lifecycle_script(home: Path) -> None:
    template = example("grid-world").templates[0]
    assert template.lifecycle_script
    subprocess.run(
        ["/bin/bash", "-c", template.lifecycle_script],
        env={"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{os.defpath}", **template.environment},
        check=True,
        timeout=60,
    )


def test_the_notebook_is_written_once_and_what_somebody_changes_stays(tmp_path: Path) -> None:
    run_lifecycle_script(tmp_path)
    (file,) = tmp_path.iterdir()
    notebook = json.loads(file.read_text())
    assert (file.name, notebook["nbformat"], [c["cell_type"] for c in notebook["cells"]]) == (
        "grid-world.ipynb",
        4,
        ["code"],
    )
    file.write_text("changed")
    run_lifecycle_script(tmp_path)
    assert file.read_text() == "changed"


def test_the_agent_of_the_notebook_learns_its_way_to_the_goal(tmp_path: Path) -> None:
    """The arrows that it prints lead from the first field to the last, by the shortest way."""
    run_lifecycle_script(tmp_path)
    code = json.loads((tmp_path / "grid-world.ipynb").read_text())["cells"][0]["source"]
    variables = example("grid-world").templates[0].environment
    printed = subprocess.run(
        [sys.executable, "-c", f"import random; random.seed(1)\n{code}"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    grid = [line.split() for line in printed.splitlines()]
    size = int(variables["GRID_SIZE"])
    assert [len(row) for row in grid] == [size] * size
    row, column, steps = 0, 0, 0
    while (row, column) != (size - 1, size - 1) and steps < 2 * size:
        down, right = {">": (0, 1), "v": (1, 0), "<": (0, -1), "^": (-1, 0)}[grid[row][column]]
        row, column, steps = row + down, column + right, steps + 1
    assert (row, column, steps) == (size - 1, size - 1, 2 * (size - 1))


def test_the_slices_of_the_example_are_in_the_quota_of_its_team() -> None:
    settings = example("mig")
    assert words(settings.refusals_of_mig({"1g.5gb"})) == []
    assert words(settings.refusals_of_governance(quotas={"research"}, priorities={"spaces"})) == []
    assert settings.teams[0].queue == "hyperpod-ns-research-localqueue"


def test_the_shared_space_fits_its_host() -> None:
    settings = example("shared")
    (space,) = settings.shared_spaces
    assert len(space.name) <= longest_space_name(settings.teams[0].namespace_name)
