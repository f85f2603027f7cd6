"""Layouts and their cost: `python -m groundwork.mig ml.p5.48xlarge [--demand 1g.10gb=20 3g.40gb=2] [--price 60.5]` for
an instance type, `python -m groundwork.mig environments/dev.yaml` for the groups of an environment file."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from groundwork.cluster.settings import ClusterSettings
from groundwork.mig.cost_table import cost_table
from groundwork.mig.geometry import MIG_INSTANCE_TYPES, MigInstanceType
from groundwork.mig.layouts import NodeLayout, named_node_layouts
from groundwork.mig.settings import MigSettings, group_layout
from groundwork.settings import Refusal
from groundwork.yaml_document import YamlError, read_yaml


def main(arguments: list[str] | None = None) -> int:
    """Print the tables. 1 where a demand does not fit or a file is refused, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m groundwork.mig", description="Layouts, and what they cost.")
    parser.add_argument("of", type=_known, metavar="INSTANCE_TYPE|FILE")
    parser.add_argument("--demand", nargs="+", type=_wanted, default=[], metavar="PROFILE=COUNT")
    parser.add_argument("--price", type=float, metavar="USD", help="of one node by the hour")
    given = parser.parse_args(arguments)
    if isinstance(given.of, Path):
        if given.demand:
            parser.error("--demand is for an instance type: the groups of a file say what they offer")
        return _show_groups(given.of, usd_per_hour=given.price)
    layouts, refusals = _layouts(given.of, dict(given.demand))
    for refusal in refusals:
        print(f"{refusal.value}: {refusal.reason}; allowed: {refusal.allowed}", file=sys.stderr)
    if not refusals:
        Console().print(cost_table(given.of, layouts, usd_per_hour=given.price))
    return 1 if refusals else 0


def _show_groups(file: Path, *, usd_per_hour: float | None) -> int:
    try:
        tables = list(_tables(file, usd_per_hour=usd_per_hour))
    except YamlError as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 1
    except ValidationError:
        print(f"{file}: its section cluster is refused; `make synth` says where and why", file=sys.stderr)
        return 1
    if not tables:
        print(f"{file}: no group of its section cluster has GPUs that can be partitioned", file=sys.stderr)
    for table in tables:
        Console().print(table)
    return 0 if tables else 1


def _tables(file: Path, *, usd_per_hour: float | None) -> Iterator[Table]:
    content = read_yaml(file).content
    if "cluster" not in content:
        return
    for group in ClusterSettings.model_validate_json(json.dumps(content["cluster"], default=str)).instance_groups:
        if layout := group_layout(group.mig, group.type):
            yield cost_table(MIG_INSTANCE_TYPES[group.type], {group.name: layout}, usd_per_hour=usd_per_hour)


def _layouts(instance: MigInstanceType, demand: dict[str, int]) -> tuple[dict[str, NodeLayout], list[Refusal]]:
    if not demand:
        return named_node_layouts(instance), []
    settings = MigSettings(demand=demand)
    refusals = list(settings.refusals_for(instance.name))
    return ({} if refusals else {"planned": settings.node_layout(instance.name)}), refusals


def _known(text: str) -> MigInstanceType | Path:
    if instance := MIG_INSTANCE_TYPES.get(text):
        return instance
    if text.endswith(".yaml") and Path(text).is_file():
        return Path(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no environment file, and none of {', '.join(MIG_INSTANCE_TYPES)}")


def _wanted(text: str) -> tuple[str, int]:
    profile, _, count = text.partition("=")
    if not count.isdigit() or not 1 <= int(count) <= 56:
        raise argparse.ArgumentTypeError(f"{text!r} is not PROFILE=COUNT with a count of 1 to 56, such as 1g.10gb=20")
    return profile, int(count)


if __name__ == "__main__":
    sys.exit(main())
