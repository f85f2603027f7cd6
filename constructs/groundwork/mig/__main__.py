"""`python -m groundwork.mig ml.p5.48xlarge [--demand 1g.10gb=20 3g.40gb=2] [--price 60.5]`: layouts and their cost."""

import argparse
import sys

from rich.console import Console

from groundwork.mig.cost_table import cost_table
from groundwork.mig.geometry import MIG_INSTANCE_TYPES, MigInstanceType
from groundwork.mig.layouts import NodeLayout, named_node_layouts
from groundwork.mig.settings import MigSettings
from groundwork.settings import Refusal


def main(arguments: list[str] | None = None) -> int:
    """Print the table. 1 where the demand does not fit, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m groundwork.mig", description="Layouts of an instance type.")
    parser.add_argument("instance_type", choices=sorted(MIG_INSTANCE_TYPES), metavar="INSTANCE_TYPE")
    parser.add_argument("--demand", nargs="+", type=_wanted, default=[], metavar="PROFILE=COUNT")
    parser.add_argument("--price", type=float, metavar="USD", help="of one node by the hour")
    given = parser.parse_args(arguments)
    instance = MIG_INSTANCE_TYPES[given.instance_type]
    layouts, refusals = _layouts(instance, dict(given.demand))
    for refusal in refusals:
        print(f"{refusal.value}: {refusal.reason}; allowed: {refusal.allowed}", file=sys.stderr)
    if not refusals:
        Console().print(cost_table(instance, layouts, usd_per_hour=given.price))
    return 1 if refusals else 0


def _layouts(instance: MigInstanceType, demand: dict[str, int]) -> tuple[dict[str, NodeLayout], list[Refusal]]:
    if not demand:
        return named_node_layouts(instance), []
    settings = MigSettings(demand=demand)
    refusals = list(settings.refusals_for(instance.name))
    return ({} if refusals else {"planned": settings.node_layout(instance.name)}), refusals


def _wanted(text: str) -> tuple[str, int]:
    profile, _, count = text.partition("=")
    if not count.isdigit() or not 1 <= int(count) <= 56:
        raise argparse.ArgumentTypeError(f"{text!r} is not PROFILE=COUNT with a count of 1 to 56, such as 1g.10gb=20")
    return profile, int(count)


if __name__ == "__main__":
    sys.exit(main())
