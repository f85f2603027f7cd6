"""Puts a review together: all sections over one assembly, and one verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from review.acknowledgments import Acknowledgments
from review.assembly import Assembly
from review.errors import ReviewError
from review.finding import OWN_PACK, Finding
from review.linting import PACK as CFN_LINT
from review.linting import Lint
from review.own_rules import own_rules
from review.reported import PACKS, namespace, packs_that_found, reported
from review.sections.all import SECTIONS, Inputs, Model
from review.sections.change import STATEFUL_LOSS
from review.sections.findings import FindingsSection, findings_section, rule_name


class ExitCode(IntEnum):
    """What the command tells a pipeline. A stateful loss tells more than open findings, and wins."""

    FINE = 0
    OPEN_FINDINGS = 1
    BAD_INPUT = 2
    STATEFUL_LOSS = 3


@dataclass(frozen=True, kw_only=True)
class Review:
    """Everything that is written down. `sections` holds each model by its name."""

    assembly: Assembly
    today: date
    findings: FindingsSection
    sections: Mapping[str, Model]

    @property
    def failing(self) -> tuple[Finding, ...]:
        """What makes the review fail."""
        return tuple(finding for finding in self.findings.findings if finding.fails)

    @property
    def stateful_losses(self) -> tuple[Finding, ...]:
        """Resources with state that a deployment would replace or delete, and nobody accepted."""
        return tuple(f for f in self.failing if f.pack == OWN_PACK and rule_name(f).endswith(STATEFUL_LOSS))

    @property
    def exit_code(self) -> ExitCode:
        """The verdict."""
        if self.stateful_losses:
            return ExitCode.STATEFUL_LOSS
        return ExitCode.OPEN_FINDINGS if self.failing else ExitCode.FINE


def only(assembly: Assembly, environment: str) -> Assembly:
    """The stacks of one environment, by the tag that carries its name or by the name of its stage."""
    wanted = _plain(environment)
    names = {stack.tags.get("environment") or stack.stage for stack in assembly.stacks}
    stacks = tuple(s for s in assembly.stacks if wanted in (_plain(s.tags.get("environment", "")), _plain(s.stage)))
    if not stacks:
        raise ReviewError(f"--environment {environment}: {assembly.folder} holds {', '.join(sorted(names)) or 'none'}.")
    return replace(assembly, stacks=stacks)


def build(
    *, assembly: Assembly, part: Assembly, base: Assembly | None, today: date, lint: Callable[[], Lint]
) -> Review:
    """Review `part` of an assembly.

    Findings and acknowledgments of the whole assembly are read: an acknowledgment that only another environment needs
    is not stale. `lint` is called last, as cfn-lint runs beside all this.
    """
    acknowledgments = Acknowledgments(assembly=assembly, today=today)
    found = list(reported(assembly, acknowledgments))
    known = {_key(finding) for finding in found}
    found += acknowledgments.settle_all(f for f in own_rules(assembly) if _key(f) not in known)
    inputs = Inputs(assembly=part, base=base, acknowledgments=acknowledgments, today=today)
    sections = {section.name: section.build(inputs) for section in SECTIONS}
    told = [finding for model in sections.values() for finding in acknowledgments.settle_all(model.findings)]
    linted = lint()
    found += acknowledgments.settle_all(linted.findings)
    ran = packs_that_found(assembly) | {OWN_PACK} | ({CFN_LINT} if not linted.missing else set())
    left_out = frozenset(map(namespace, PACKS)) if assembly.report is None else frozenset({CFN_LINT})
    found += acknowledgments.problems(ran=ran, left_out=left_out)
    names = {stack.name for stack in part.stacks}
    told += [finding for finding in found if not finding.stack or finding.stack in names]
    return Review(
        assembly=part,
        today=today,
        findings=findings_section(told, spare=acknowledgments.spare(), lint_missing=linted.missing),
        sections=sections,
    )


def _key(finding: Finding) -> tuple[str, str]:
    return finding.id, finding.path


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
