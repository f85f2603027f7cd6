"""Every finding, those that need somebody first, and the exceptions that the platform's owners answer for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from review.acknowledgments import Place
from review.finding import OWN_PACK, Finding, Severity, Status
from review.linting import PACK as CFN_LINT
from review.reported import PACKS

_NOTHING = "Nothing in the report: it found nothing, or did not run."


@dataclass(frozen=True, kw_only=True)
class PackSummary:
    """What one pack found; `note` says why there may be nothing."""

    name: str
    counts: Mapping[Status, int]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Findings that stand for one reason. `until` is the day after which they are open again."""

    reason: str
    owner: str
    until: date | None
    expired: bool
    findings: tuple[Finding, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The constructs that carry the acknowledgment."""
        return tuple(dict.fromkeys(finding.acknowledged_at for finding in self.findings))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that find it, without their details."""
        return tuple(dict.fromkeys(finding.rule.partition("[")[0] for finding in self.findings))


@dataclass(frozen=True, kw_only=True)
class FindingsSection:
    """`spare` are acknowledgments that only another environment of the assembly needs."""

    findings: tuple[Finding, ...]
    packs: tuple[PackSummary, ...]
    acceptances: tuple[Acceptance, ...]
    spare: tuple[Place, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """Findings by their status."""
        return Counter(finding.status for finding in self.findings)

    @property
    def unsettled(self) -> tuple[Finding, ...]:
        """What nobody accepts, or no longer."""
        return tuple(finding for finding in self.findings if finding.status != Status.ACKNOWLEDGED)

    @property
    def rules(self) -> Mapping[str, Finding]:
        """One finding of each rule, without its detail in brackets, to explain the rule by."""
        explained: dict[str, Finding] = {}
        for finding in self.findings:
            if finding.pack not in (OWN_PACK, CFN_LINT):
                explained.setdefault(rule_name(finding), finding)
        return dict(sorted(explained.items()))


def findings_section(findings: Iterable[Finding], *, spare: tuple[Place, ...], lint_missing: str) -> FindingsSection:
    """Sort and group; `lint_missing` says why cfn-lint did not run."""
    ordered = tuple(sorted(findings, key=lambda finding: finding.order))
    return FindingsSection(
        findings=ordered,
        packs=tuple(_packs(ordered, lint_missing)),
        acceptances=_acceptances(ordered),
        spare=spare,
    )


def rule_name(finding: Finding) -> str:
    """The id without its detail: `AwsSolutions::AwsSolutions-IAM5`."""
    return finding.id.partition("[")[0]


def _packs(findings: tuple[Finding, ...], lint_missing: str) -> Iterable[PackSummary]:
    notes = dict.fromkeys(PACKS, _NOTHING) | {CFN_LINT: lint_missing or "It found nothing.", OWN_PACK: "Nothing."}
    for name in dict.fromkeys([*notes, *(finding.pack for finding in findings)]):
        counts = Counter(finding.status for finding in findings if finding.pack == name)
        yield PackSummary(name=name, counts=counts, note="" if counts else notes[name])


def _acceptances(findings: tuple[Finding, ...]) -> tuple[Acceptance, ...]:
    groups: dict[tuple[str, str, date | None], list[Finding]] = {}
    for finding in findings:
        if finding.status != Status.OPEN:
            groups.setdefault((finding.reason, finding.owner, finding.until), []).append(finding)
    found = (
        Acceptance(
            reason=reason,
            owner=owner,
            until=until,
            expired=listed[0].status == Status.EXPIRED,
            findings=tuple(listed),
        )
        for (reason, owner, until), listed in groups.items()
    )
    return tuple(sorted(found, key=lambda a: (not a.expired, a.until or date.max, -_weight(a))))


def _weight(acceptance: Acceptance) -> int:
    """Errors count before warnings: those would stop a synthesis."""
    return sum(1000 if f.severity == Severity.ERROR else 1 for f in acceptance.findings)
