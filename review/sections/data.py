"""Every store of data with its protection, and which key opens what, drawn."""

from dataclasses import dataclass

from review.assembly import Assembly
from review.drawing.graph import Graph
from review.finding import Finding
from review.keys import keys_graph
from review.store import Store, read_stores
from review.store_faults import store_faults


@dataclass(frozen=True, kw_only=True)
class KeysPicture:
    """The stores of one environment and their keys. `name` is its stage."""

    name: str
    graph: Graph


@dataclass(frozen=True, kw_only=True)
class DataSection:
    """All stores, stack by stack."""

    stores: tuple[Store, ...]
    pictures: tuple[KeysPicture, ...]
    findings: tuple[Finding, ...]


def data_section(assembly: Assembly) -> DataSection:
    """Look at every store of the assembly."""
    found = read_stores(assembly)
    by_stage: dict[str, list[Store]] = {}
    for store in found:
        by_stage.setdefault(assembly.by_name[store.resource.stack].stage, []).append(store)
    names = {stage: stage or "The assembly" for stage in by_stage}
    return DataSection(
        stores=found,
        pictures=tuple(
            KeysPicture(name=names[stage], graph=keys_graph(names[stage], listed)) for stage, listed in by_stage.items()
        ),
        findings=tuple(finding for store in found for finding in store_faults(store)),
    )
