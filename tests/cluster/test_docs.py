"""What the documentation shows is accepted."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from groundwork.cluster.charts import charts_of, kuberay_chart
from groundwork.cluster.health_agent import AGENT_TAG
from groundwork.cluster.neuron_plugin import IMAGE
from groundwork.cluster.settings import ClusterSettings

TEXT = (Path(__file__).parents[2] / "docs" / "cluster.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)


def cluster(example: str) -> dict[str, Any]:
    return json.loads(json.dumps(YAML(typ="safe").load(example)["cluster"], default=str))


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_accepted(example: str) -> None:
    """One that shows a part is meant for a file such as the first."""
    content = {**cluster(EXAMPLES[0]), **cluster(example)}
    settings = ClusterSettings.model_validate_json(json.dumps(content))
    assert list(settings.refusals_in("us-east-1")) == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3


def test_what_a_closed_network_copies_is_what_is_installed(settings: dict[str, ClusterSettings]) -> None:
    charts = [chart for each in settings.values() for chart in charts_of(each, region="us-east-1")]
    for chart in [*charts, kuberay_chart(None)]:
        assert f"`{chart.name}` {chart.version}" in TEXT
    assert AGENT_TAG in TEXT
    assert IMAGE in TEXT
