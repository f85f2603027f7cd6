"""What a partition costs, what is left idle, and how it is shown."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from groundwork.mig.__main__ import main
from groundwork.mig.cost import WHOLE_GPU, layout_cost
from groundwork.mig.cost_table import cost_table
from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.layouts import NodeLayout, named_node_layouts
from groundwork.mig.prices import NODE_PRICES

P5 = MIG_INSTANCE_TYPES["ml.p5.48xlarge"]
B300 = MIG_INSTANCE_TYPES["ml.p6-b300.48xlarge"]


def shown(table) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(table)
    return console.export_text()


def test_seven_small_partitions_on_each_gpu_cost_a_56th_of_the_node() -> None:
    (each,) = layout_cost(P5, NodeLayout.of([{"1g.10gb": 7}] * 8)).partitions
    assert (each.profile, each.count) == ("1g.10gb", 56)
    assert each.usd_per_hour == pytest.approx(63.296 / 56)
    assert f"{each.usd_per_hour:.2f}" == "1.13"


@pytest.mark.parametrize("instance", MIG_INSTANCE_TYPES.values(), ids=lambda each: each.name)
def test_the_partitions_of_a_layout_cost_what_the_node_costs(instance) -> None:
    for layout in named_node_layouts(instance).values():
        cost = layout_cost(instance, layout, usd_per_hour=80.0)
        assert sum(each.count * (each.usd_per_hour or 0) for each in cost.partitions) == pytest.approx(80.0)


def test_a_larger_share_of_memory_or_compute_costs_more() -> None:
    cost = layout_cost(P5, NodeLayout.of([{"1g.10gb": 2, "2g.20gb": 1, "3g.40gb": 1}] * 8), usd_per_hour=8.0)
    small, double, large = (each.usd_per_hour for each in cost.partitions)
    # By compute 1/7 and 2/7, by memory 4/8; together 15/14.
    assert (small, double, large) == pytest.approx((2 / 15, 4 / 15, 7 / 15))


def test_whole_gpus_of_a_node_cost_their_share() -> None:
    cost = layout_cost(P5, NodeLayout.of([{"7g.80gb": 1}] * 2 + [{}] * 6), usd_per_hour=80.0)
    assert [(each.profile, each.count, each.usd_per_hour) for each in cost.partitions] == [
        ("7g.80gb", 2, 10.0),
        (WHOLE_GPU, 6, 10.0),
    ]
    assert (cost.idle_compute, cost.idle_memory) == (0, 0)


def test_slices_that_no_partition_has_are_waste() -> None:
    cost = layout_cost(P5, NodeLayout.of([{"1g.20gb": 4}] * 8))
    assert (cost.idle_compute, cost.compute, cost.idle_memory, cost.memory) == (24, 56, 0, 64)
    cost = layout_cost(P5, NodeLayout.of([{"1g.10gb": 7}] * 8))
    assert (cost.idle_compute, cost.idle_memory) == (0, 8)


def test_a_type_without_a_public_price_has_none() -> None:
    assert B300.name not in NODE_PRICES
    cost = layout_cost(B300, NodeLayout.of([{"1g.34gb": 7}] * 8))
    assert [each.usd_per_hour for each in cost.partitions] == [None]


def test_prices_are_of_known_types_and_say_where_they_come_from() -> None:
    assert set(NODE_PRICES) <= set(MIG_INSTANCE_TYPES)
    assert all(price.source and price.as_of and price.region for price in NODE_PRICES.values())


def test_the_table_shows_price_and_waste_of_each_layout() -> None:
    text = shown(cost_table(P5, named_node_layouts(P5)))
    assert "63.30 USD an hour on demand in us-west-2 (2026)" in text
    (row,) = [line for line in text.splitlines() if line.startswith("│ all-1g.10gb")]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["all-1g.10gb", "56 x 1g.10gb", "1g.10gb 1.13", "0 of 56 slices (0%)", "8 of 64 slices (12%)"]


def test_the_table_says_where_no_price_is_known() -> None:
    text = shown(cost_table(B300, named_node_layouts(B300)))
    assert "B300 269 GB; no public price" in text
    (row,) = [line for line in text.splitlines() if line.startswith("│ all-1g.34gb")]
    assert "no public price" in row
    assert "USD an hour, as given" in shown(cost_table(B300, named_node_layouts(B300), usd_per_hour=100))


def test_the_command_shows_what_a_demand_is_planned_to(capsys) -> None:
    assert main(["ml.p5.48xlarge", "--demand", "1g.10gb=20", "3g.40gb=2"]) == 0
    assert "whole GPU" in capsys.readouterr().out


def test_the_command_refuses_what_a_node_cannot_offer(capsys) -> None:
    assert main(["ml.p5.4xlarge", "--demand", "1g.10gb=8"]) == 1
    said = capsys.readouterr()
    assert "needs 2 GPUs at the least" in said.err
    assert said.out == ""


GROUPS = """
cluster:
  kubernetes: {version: "1.35", as_of: 2026-11-23}
  access:
    admins: [arn:aws:iam::111122223333:role/a, arn:aws:iam::111122223333:role/b]
    break_glass: arn:aws:iam::111122223333:role/break-glass
  instance_groups:
    - {name: system, type: ml.m7i.4xlarge, count: 2}
    - {name: mixed, type: ml.p5.48xlarge, count: 1, zone: 1, mig: {gpus: [{count: 2, profiles: {1g.10gb: 7}}]}}
    - {name: whole, type: ml.p4d.24xlarge, count: 1, zone: 1}
"""


def test_the_command_shows_what_the_groups_of_a_file_cost(tmp_path: Path, capsys) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(GROUPS)
    assert main([str(file)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "14 x 1g.10gb" in text.replace("│ │", "")
    assert "1.13" in text  # 63.296 / 8 / 7
    assert "whole GPU 3.16" in text.replace("│ │", "")  # 25.2513 / 8
    assert "system" not in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name: dev\n", "no group of its section cluster has GPUs that can be partitioned"),
        (GROUPS.replace("7}", "9}"), "its section cluster is refused; `make synth` says where and why"),
        ("cluster: [", "own.yaml:"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path, capsys, content: str, said: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(content)
    assert main([str(file)]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["ml.p5.48xlarge", "--demand", "1g.10gb"],
        ["ml.g5.xlarge"],
        ["environments/nowhere.yaml"],
        ["environments/dev.yaml", "--demand", "1g.10gb=1"],
    ],
)
def test_the_command_refuses_what_it_cannot_read(wrong, capsys) -> None:
    with pytest.raises(SystemExit):
        main(wrong)
    assert capsys.readouterr().err
