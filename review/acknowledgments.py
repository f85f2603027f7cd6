"""Which findings are acknowledged, by whom and until when, and which acknowledgments match nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from review.assembly import Assembly
from review.clauses import parse
from review.finding import OWN_PACK, Finding, Status
from review.linking import linked_text, outputs_of

STALE, MALFORMED, SILENT = "StaleAcknowledgment", "MalformedAcknowledgment", "PackIsSilent"
# The CDK drops an acknowledged annotation from its report, so nobody can tell whether there was one.
_UNKNOWN = "Annotation::"
Place = tuple[str, str]
"""(construct path, id) of an acknowledgment."""


@dataclass(frozen=True, kw_only=True)
class Acknowledgments:
    """Those of one assembly on one day. The environments of an assembly share their constructs."""

    assembly: Assembly
    today: date
    used: set[Place] = field(default_factory=set[Place])

    @cached_property
    def reasons(self) -> Mapping[Place, str]:
        """Every acknowledgment; of several with one id at one construct the last counts, as it does for the CDK."""
        return {(path, id_): reason for stack in self.assembly.stacks for path, id_, reason in stack.acknowledged}

    @cached_property
    def linked(self) -> Mapping[Place, str]:
        """The same; ids that name an output of another stack, which cdk-nag does in JSON, name its resource instead."""
        outputs = outputs_of(stack.raw for stack in self.assembly.stacks)
        return {
            (path, linked_text(id_, stack.raw, outputs)): reason
            for stack in self.assembly.stacks
            for path, id_, reason in stack.acknowledged
        }

    def settle(self, finding: Finding) -> Finding:
        """The finding as the nearest acknowledgment up its construct path leaves it, as the CDK settles its own."""
        path = finding.path
        while path:
            if (path, finding.id) in self.reasons:
                return self.accept(finding, at=path, id_=finding.id, reason=self.reasons[path, finding.id])
            path = path.rpartition("/")[0]
        return self._owned(finding)

    def accept(self, finding: Finding, *, at: str, id_: str, reason: str) -> Finding:
        """The finding with an acknowledgment that is known to match it."""
        self.used.add((at, id_))
        said = parse(reason)
        expired = said.until is not None and said.until < self.today
        status = Status.EXPIRED if expired else Status.ACKNOWLEDGED
        settled = replace(finding, status=status, reason=said.text, until=said.until, acknowledged_at=at)
        return replace(settled, owner=said.owner) if said.owner else self._owned(settled)

    def problems(self, *, ran: frozenset[str], left_out: frozenset[str]) -> Iterator[Finding]:
        """What is wrong with acknowledgments themselves; call it when every finding is settled.

        `ran` are the packs that are known to have run, as the ids name them. Of another pack nobody can tell whether an
        acknowledgment matches: that is one finding for the pack, and none for those that were `left_out` knowingly.
        """
        needed = {(self._below_stage(path), id_) for path, id_ in self.used}
        silent: Counter[str] = Counter()
        for (path, id_), reason in self.reasons.items():
            if problem := parse(reason).problem:
                yield self._problem(MALFORMED, path, id_, f"The acknowledgment of {id_} cannot be read: {problem}.")
            if (self._below_stage(path), id_) in needed or id_.startswith(_UNKNOWN):
                continue
            if (pack := id_.partition("::")[0]) not in ran:
                silent[pack] += pack not in left_out
                continue
            message = f"{id_} is acknowledged, but nothing is found there: the reason describes what no longer is."
            fix = "Delete the acknowledgment, or make it only where its cause is."
            yield self._problem(STALE, path, id_, message, fix)
        for pack, count in (+silent).items():
            yield Finding(
                pack=OWN_PACK,
                rule=f"{SILENT}[{pack}]",
                message=f"{count} acknowledgments are of {pack}, which reports nothing: it did not run, or none match.",
                fix="Attach the pack and synthesize again, or delete the acknowledgments.",
            )

    def spare(self) -> tuple[Place, ...]:
        """Those that match nothing here, but the same construct's finding in another stage of the assembly."""
        needed = {(self._below_stage(path), id_) for path, id_ in self.used}
        return tuple(
            (path, id_)
            for path, id_ in self.reasons
            if (path, id_) not in self.used and (self._below_stage(path), id_) in needed
        )

    def settle_all(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Each finding, settled."""
        return tuple(self.settle(finding) for finding in findings)

    def _problem(self, rule: str, path: str, id_: str, message: str, fix: str = "") -> Finding:
        stack = self.assembly.stack_of(path)
        resource = self.assembly.by_path.get(path)
        return self._owned(
            Finding(
                pack=OWN_PACK,
                rule=f"{rule}[{id_}]",
                message=message,
                fix=fix or "Write the clauses as (owner: security@example.com; until: 2027-03-31).",
                stack=stack.name if stack else "",
                path=path,
                resource=resource.id if resource else "",
                resource_type=resource.type if resource else "",
            )
        )

    def _owned(self, finding: Finding) -> Finding:
        """Whoever owns the stack, by its tag, answers for what nobody else does."""
        stack = self.assembly.by_name.get(finding.stack)
        return replace(finding, owner=stack.tags.get("owner", "")) if stack else finding

    def _below_stage(self, path: str) -> str:
        """The same for one construct in every environment of the assembly."""
        stack = self.assembly.stack_of(path)
        return path.removeprefix(f"{stack.stage}/") if stack and stack.stage else path
