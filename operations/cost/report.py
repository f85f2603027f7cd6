"""Shows an estimate: tables for people, JSON for programs."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from review.cost.comparison import Comparison
from review.cost.estimate import Cost, Estimate
from review.cost.month import Month
from review.cost.notes import notes

_FEW = 10


def show(found: Month, console: Console) -> None:
    """Stacks, sections, partitions, what changed, what has no price, and what to know."""
    estimate = found.estimate
    console.print(_costs("stack", estimate.by_stack, estimate.total))
    console.print(_costs("section", estimate.by_section, estimate.total))
    if estimate.partitions:
        console.print(_partitions(estimate))
    if found.comparison:
        _show_comparison(found.comparison, console)
    if estimate.unpriced:
        console.print("[bold yellow]No price, and in no sum[/]")
        for each in estimate.unpriced:
            charges = f" ({each.count} charges)" if each.count > 1 else ""
            console.print(f"  {each.type}: {escape(each.what)}{charges}", soft_wrap=True)
    console.print(f"[bold]Free[/]: {len(estimate.free)} types (`--json` names each with its source)", soft_wrap=True)
    for note in notes(estimate):
        console.print(escape(note), style="dim", soft_wrap=True)


def _costs(by: str, costs: Mapping[str, Cost], total: Cost) -> Table:
    table = Table(title=f"USD a month, by {by}", title_justify="left")
    table.add_column(by)
    for column in ("fixed", "by use", "together", "of it GPUs", "GPU hours"):
        table.add_column(column, justify="right")
    for name, cost in costs.items():
        table.add_row(name, *_columns(cost))
    table.add_section()
    table.add_row("all", *_columns(total), style="bold")
    return table


def _columns(cost: Cost) -> tuple[str, ...]:
    gpus = (f"{cost.gpu:,.2f}", f"{cost.gpu_hours:,.0f}") if cost.gpu_hours else ("", "")
    return (f"{cost.fixed:,.2f}", f"{cost.usage:,.2f}", f"{cost.usd:,.2f}", *gpus)


def _partitions(estimate: Estimate) -> Table:
    table = Table(title="USD an hour, by GPU partition", title_justify="left")
    for column in ("group", "instance type", "partition", "on each node", "each"):
        table.add_column(column)
    for each in estimate.partitions:
        usd = "no price" if each.usd_per_hour is None else f"{each.usd_per_hour:.4f}"
        table.add_row(each.group, each.instance_type, each.profile, str(each.on_each_node), usd)
    return table


def _show_comparison(comparison: Comparison, console: Console) -> None:
    console.print(
        f"[bold]Against the base[/]: {comparison.usd:+,.2f} USD a month "
        f"({comparison.before.total.usd:,.2f} to {comparison.after.total.usd:,.2f})",
        soft_wrap=True,
    )
    for change in comparison.changes[:_FEW]:
        console.print(f"  {change.usd:+12,.2f}  {escape(change.resource.name)}", soft_wrap=True)
    if len(comparison.changes) > _FEW:
        console.print(f"  and {len(comparison.changes) - _FEW} more")


def as_json(found: Month) -> str:
    """Everything, with each charge, its quantity and the price that it rests on."""
    estimate, comparison = found.estimate, found.comparison
    return json.dumps(
        {
            "currency": "USD",
            "total": _cost(estimate.total),
            "stacks": {name: _cost(cost) for name, cost in estimate.by_stack.items()},
            "sections": {name: _cost(cost) for name, cost in estimate.by_section.items()},
            "partitions": [vars(partition) for partition in estimate.partitions],
            "change": _change(comparison) if comparison else None,
            "unpriced": [vars(each) for each in estimate.unpriced],
            "free": dict(estimate.free),
            "utilization": estimate.usage.utilization,
            "assumptions": [vars(assumption) for assumption in estimate.usage.all],
            "notes": list(notes(estimate)),
            "lines": [
                {
                    "stack": line.stack,
                    "section": line.section,
                    "resource": line.resource.name,
                    "type": line.resource.type,
                    "what": line.charge.what,
                    "kind": line.charge.kind,
                    "quantity": line.charge.quantity,
                    "gpu_hours": line.charge.gpu_hours,
                    "item": line.charge.item.name,
                    "usd": line.usd,
                    "price": line.price.model_dump(mode="json") if line.price else None,
                }
                for line in estimate.lines
            ],
        },
        indent=2,
    )


def _cost(cost: Cost) -> dict[str, float]:
    return {
        "fixed": cost.fixed,
        "usage": cost.usage,
        "usd": cost.usd,
        "gpu_usd": cost.gpu,
        "gpu_hours": cost.gpu_hours,
    }


def _change(comparison: Comparison) -> dict[str, Any]:
    changes = [
        {"stack": c.resource.stack, "resource": c.resource.name, "before": c.before, "after": c.after, "usd": c.usd}
        for c in comparison.changes
    ]
    return {"before": comparison.before.total.usd, "usd": comparison.usd, "resources": changes}
