"""Layouts and what their partitions cost, as a table for the terminal."""

from collections.abc import Mapping

from rich.table import Table

from groundwork.mig.cost import LayoutCost, layout_cost
from groundwork.mig.geometry import MigInstanceType
from groundwork.mig.layouts import NodeLayout
from groundwork.mig.prices import NODE_PRICES

NO_PRICE = "no public price"


def cost_table(
    instance: MigInstanceType, layouts: Mapping[str, NodeLayout], *, usd_per_hour: float | None = None
) -> Table:
    """One row a layout: its partitions on a node, USD an hour for each, and the slices that stay idle.

    Args:
        layouts: by the name to show.
        usd_per_hour: of one node. None: the public price, where one is known.
    """
    known = NODE_PRICES.get(instance.name)
    if usd_per_hour is not None:
        basis = f"{usd_per_hour:.2f} USD an hour, as given"
    elif known:
        basis = f"{known.usd_per_hour:.2f} USD an hour on demand in {known.region} ({known.as_of})"
    else:
        basis = NO_PRICE
    gpus = f"{instance.gpus} GPU{'s' * (instance.gpus > 1)}"
    table = Table(title=f"{instance.name}: {gpus}, {instance.gpu.name}; {basis}", title_justify="left")
    for heading in ("layout", "partitions of a node", "USD an hour for each", "idle compute", "idle memory"):
        table.add_column(heading, overflow="fold")
    for name, layout in layouts.items():
        table.add_row(name, *_cells(layout_cost(instance, layout, usd_per_hour=usd_per_hour)))
    return table


def _cells(cost: LayoutCost) -> tuple[str, str, str, str]:
    prices = {
        each.profile: NO_PRICE if each.usd_per_hour is None else f"{each.usd_per_hour:.2f}" for each in cost.partitions
    }
    known = any(each.usd_per_hour is not None for each in cost.partitions)
    return (
        ", ".join(f"{each.count} x {each.profile}" for each in cost.partitions),
        ", ".join(f"{profile} {price}" for profile, price in prices.items()) if known else NO_PRICE,
        _waste(cost.idle_compute, cost.compute),
        _waste(cost.idle_memory, cost.memory),
    )


def _waste(idle: int, total: int) -> str:
    return f"{idle} of {total} slices ({idle / total:.0%})"
