"""What docs/mig.md shows is accepted, and its table is that of the geometry."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from groundwork.mig.__main__ import main
from groundwork.mig.geometry import GPUS, MIG_INSTANCE_TYPES
from groundwork.mig.gpu_operator import IMAGE_ACCOUNTS
from groundwork.mig.layout_change import TIMEOUT
from groundwork.mig.layouts import named_node_layouts
from groundwork.mig.manifest import LABEL, STATE_LABEL
from groundwork.mig.placement import maximum
from groundwork.mig.settings import MigSettings
from mig_layout_change import steps
from mig_layout_change.nodes import OURS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/mig.md").read_text()
SNIPPETS = re.findall(r"```yaml\n# (ml\.\S+?)(?:: ([^\n]*))?\n(.*?)```", PAGE, flags=re.DOTALL)
COMMANDS = re.findall(r"^\$ .*-m groundwork\.mig (.+)$", PAGE, flags=re.MULTILINE)


def test_there_is_a_snippet_for_each_way_to_say_it() -> None:
    keys = {next(iter(YAML(typ="safe").load(text))) for _, _, text in SNIPPETS}
    assert keys == {"layout", "per_gpu", "gpus", "demand"}


@pytest.mark.parametrize(("instance_type", "said", "text"), SNIPPETS)
def test_a_snippet_is_accepted_and_gives_what_is_said_beside_it(instance_type: str, said: str, text: str) -> None:
    settings = MigSettings.model_validate(YAML(typ="safe").load(text), strict=False)
    assert list(settings.refusals_for(instance_type)) == []
    resources = settings.node_layout(instance_type).resources
    numbers = [int(number) for number in re.findall(r"\b\d+\b", said)]
    whole = resources.get("nvidia.com/gpu", 0)
    known = {*resources.values(), MIG_INSTANCE_TYPES[instance_type].gpus - whole}
    assert set(numbers) <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(command.split()) == 0
    assert " USD an hour" in capsys.readouterr().out


def test_the_table_is_that_of_the_geometry() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if "GB | ml." in line]
    header = next(line for line in PAGE.splitlines() if line.startswith("| GPU |"))
    counts = [int(number) for number in re.findall(r"\d", header)]
    assert len(rows) == len(GPUS)
    for gpu, (name, types, *profiles) in zip(GPUS, rows, strict=True):
        assert name == gpu.name
        assert types.split(", ") == [each.name for each in MIG_INSTANCE_TYPES.values() if each.gpu is gpu]
        assert profiles == list(gpu.names)
        assert counts == [maximum(gpu, profile) for profile in profiles]


def test_labels_and_times_are_those_of_the_code() -> None:
    assert f"-L {LABEL},{STATE_LABEL}" in PAGE
    assert f"takes a change: {steps.BUSY_SECONDS // 60} minutes at the most" in PAGE
    assert f"after {steps.DRAIN_SECONDS // 60} minutes" in PAGE
    assert f"AWS has them in {len(IMAGE_ACCOUNTS)} Regions" in PAGE
    assert f"exactly the new partitions: {steps.SETTLE_SECONDS // 60} minutes at the most" in PAGE
    assert f"is chosen {steps.SYNC_SECONDS} seconds after the start" in PAGE
    assert f"each ends within {TIMEOUT.to_minutes():.0f} minutes" in PAGE


def test_errors_that_are_explained_are_those_of_the_code() -> None:
    code = [*(ROOT / "lambda/mig_layout_change").glob("*.py"), *(ROOT / "lambda/mig_layout_guard").glob("*.py")]
    text = "".join(file.read_text() for file in code)
    text = text.replace("{DRAIN_SECONDS // 60}", f"{steps.DRAIN_SECONDS // 60}")
    text = text.replace("{SETTLE_SECONDS // 60}", f"{steps.SETTLE_SECONDS // 60}")
    rows = re.findall(r"^\| ((?:the same, with )?`[^|]*`) \|", PAGE, flags=re.MULTILINE)
    explained = [quoted for row in rows for quoted in re.findall(r"`([^`]+)`", row)]
    assert len(explained) == 7
    assert [each for each in explained if each not in text] == []


def test_what_is_looked_for_by_name_is_there() -> None:
    (machine,) = re.findall(r"starts_with\(LogicalResourceId, '(\w+)'\)", PAGE)
    assert machine == "LayoutChangeStateMachine"
    assert f" {OURS}-" in PAGE
    assert "resource `LayoutRollout" in PAGE


def test_the_change_by_hand_is_to_a_layout_that_the_cluster_knows_and_offers_what_it_says() -> None:
    (text,) = re.findall(r"--input '(\{.*\})'", PAGE)
    given = json.loads(text)
    layouts = named_node_layouts(MIG_INSTANCE_TYPES["ml.p5.48xlarge"]).values()
    assert given["resources"] in [each.resources for each in layouts if each.config_name == given["layout"]]
