"""Shows what was found: lines for people, JSON for programs, an exit code for both."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape

from operations.doctor.environment import Facts
from operations.leftovers.leftover import Found, Leftover

NOTHING, NOT_KNOWN, SOMETHING = 0, 2, 3


def exit_code(found: Found) -> int:
    """3 where something was forgotten, 2 where something could not be looked at, 0 otherwise."""
    return SOMETHING if found.of("forgotten") else NOT_KNOWN if found.unseen else NOTHING


def as_json(found: Found, facts: Facts) -> str:
    """Everything."""
    where = {"environment": facts.environment.name, "account": facts.account, "regions": list(facts.regions)}
    lists = {
        "stands": [asdict(each) for each in found.stands],
        "leftovers": [asdict(each) for each in found.leftovers],
        "unseen": [asdict(each) for each in found.unseen],
    }
    return json.dumps({**where, "usd_per_month": _usd(found.leftovers), **lists}, indent=2)


def show(found: Found, facts: Facts, console: Console) -> None:
    """What stands, what was forgotten, what is meant to stay, and what could not be looked at."""
    if found.stands:
        console.print("[bold]Not destroyed[/]: what belongs to these stacks is no leftover, and what services made for")
        console.print("them is looked at when they are gone")
        for stack in found.stands:
            console.print(f"  {escape(stack.name)} in {stack.region}: {stack.status}", soft_wrap=True)
    _show("[bold red]Forgotten[/]", found.of("forgotten"), console)
    _show("[bold]Kept[/] by keep_data: true", found.of("kept"), console)
    if found.unseen:
        console.print("[bold magenta]Not looked at[/]")
        for each in found.unseen:
            console.print(f"  {each.look} in {each.region}: {escape(each.reason)}", soft_wrap=True)
            if each.remedy:
                console.print(f"    -> {escape(each.remedy)}", soft_wrap=True)
    counts = f"{len(found.of('forgotten'))} forgotten, {len(found.of('kept'))} kept, {len(found.unseen)} not looked at"
    console.print(f"{facts.environment.name} in {facts.account}, {', '.join(facts.regions)}: {counts}", soft_wrap=True)


def _show(title: str, leftovers: Sequence[Leftover], console: Console) -> None:
    if not leftovers:
        return
    console.print(f"{title}: {_usd(leftovers):,.2f} USD a month, as far as known")
    for each in leftovers:
        usd = "cost not known" if each.usd_per_month is None else f"{each.usd_per_month:,.2f} USD a month"
        note = f" ({each.note})" if each.note else ""
        line = f"{each.kind} {each.id} in {each.region}, {each.why}: {usd}{note}"
        console.print(f"  {escape(line)}", soft_wrap=True)
        if each.command:
            console.print(f"    -> {escape(each.command)}", soft_wrap=True)


def _usd(leftovers: Sequence[Leftover]) -> float:
    return round(sum(each.usd_per_month or 0 for each in leftovers), 2)
