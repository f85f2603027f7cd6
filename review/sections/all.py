"""The sections of the page in their order. Another one is a line here and a template of its name in `review/page`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from review.acknowledgments import Acknowledgments
from review.assembly import Assembly
from review.finding import Finding
from review.sections.architecture import architecture_section
from review.sections.change import change_section
from review.sections.cost import cost_section
from review.sections.data import data_section
from review.sections.identity import identity_section
from review.sections.network import network_section


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a section may look at: the part of an assembly under review, and the one deployed before, if given."""

    assembly: Assembly
    base: Assembly | None
    acknowledgments: Acknowledgments
    today: date


class Model(Protocol):
    """What a section gives its template."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the section adds to the findings, unsettled."""
        ...


@dataclass(frozen=True, kw_only=True)
class Section:
    """`name` is its anchor and the stem of its template."""

    name: str
    title: str
    build: Callable[[Inputs], Model]


SECTIONS = (
    Section(name="architecture", title="Architecture", build=lambda i: architecture_section(i.assembly)),
    Section(name="change", title="Change", build=lambda i: change_section(i.assembly, i.base)),
    Section(
        name="identity",
        title="Identity",
        build=lambda i: identity_section(i.assembly, i.base, i.acknowledgments),
    ),
    Section(name="network", title="Network", build=lambda i: network_section(i.assembly)),
    Section(name="data", title="Data", build=lambda i: data_section(i.assembly)),
    Section(name="cost", title="Cost", build=lambda i: cost_section(i.assembly, i.base)),
)
