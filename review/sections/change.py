"""What a deployment changes against the assembly that was deployed before."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from review.assembly import Assembly, Stack
from review.finding import OWN_PACK, Finding, Severity
from review.refused_updates import refused_update
from review.stack_change import Kind, ResourceChange, compare, in_order
from review.stateful import STATEFUL

STATEFUL_LOSS = ("StatefulReplacement", "StatefulDeletion")
"""The rules whose findings stop a deployment with an exit code of their own."""

_FATES = {
    "kept": "The old one stays behind with its data, outside of the stack.",
    "protected": "Its deletion protection is on: it cannot be deleted, and stays behind outside of the stack.",
    "snapshot": "A last snapshot is taken; the old one goes.",
    "lost": "Its data is lost.",
}


@dataclass(frozen=True, kw_only=True)
class StackDiff:
    """What happens in one stack; `state` is created, changed, unchanged, or left.

    A stack that is left is no longer in the assembly. Nothing deletes it before somebody runs `cdk destroy`.
    """

    name: str
    state: str
    changes: tuple[ResourceChange, ...]
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """Resources by what happens to them."""
        counted = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in Kind if counted[kind]}


@dataclass(frozen=True, kw_only=True)
class ChangeSection:
    """`base` names the other assembly, and is empty where there is none to compare with."""

    base: str
    stacks: tuple[StackDiff, ...]
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Resources of all stacks by what happens to them."""
        counted = Counter(change.kind for stack in self.stacks for change in stack.changes)
        return {kind: counted[kind] for kind in Kind}


def change_section(assembly: Assembly, base: Assembly | None) -> ChangeSection:
    """Compare stack by stack, by CloudFormation's name; those that lose something with state come first."""
    if base is None:
        return ChangeSection(base="", stacks=(), findings=())
    # An environment that is not under review is not missing.
    stages = {stack.stage for stack in assembly.stacks}
    names = dict.fromkeys([stack.name for stack in base.stacks if stack.stage in stages] + list(assembly.by_name))
    diffs = [_diff(name, base.by_name.get(name), assembly.by_name.get(name)) for name in names]
    stacks = tuple(sorted(diffs, key=lambda diff: not any(change.endangers for change in diff.changes)))
    findings = tuple(finding for stack in stacks for finding in _findings(stack, base, assembly))
    return ChangeSection(base=base.folder.name, stacks=stacks, findings=findings)


def _diff(name: str, before: Stack | None, after: Stack | None) -> StackDiff:
    if after is None:
        return StackDiff(name=name, state="left", changes=())
    changes = in_order(compare(before, after))
    notes = tuple(_notes(before, after)) if before else ()
    state = "created" if before is None else "changed" if changes or notes else "unchanged"
    return StackDiff(name=name, state=state, changes=changes, notes=notes)


def _notes(before: Stack, after: Stack) -> Iterator[str]:
    if before.protected != after.protected:
        yield f"Termination protection goes {'on' if after.protected else 'off'}."
    for what in ("account", "region"):
        old, new = getattr(before.template, what), getattr(after.template, what)
        if old != new:
            yield f"The {what} changes from {old} to {new}: this is another stack, and the old one stays."


def _findings(diff: StackDiff, base: Assembly, assembly: Assembly) -> Iterator[Finding]:
    before, after = base.by_name.get(diff.name), assembly.by_name.get(diff.name)
    if before and after and before.protected and not after.protected:
        yield _finding(diff, "TerminationProtectionRemoved", "The stack loses its termination protection.", after.path)
    if before and after is None:
        message = "The stack is no longer in the assembly: it stays deployed, and costs, until it is destroyed by hand."
        yield replace(_finding(diff, "StackLeftBehind", message, before.path), severity=Severity.WARNING)
    for change in diff.changes:
        resource = change.resource
        old = before.resources.get(resource.id) if before and change.properties else None
        if old and (refused := refused_update(old, resource)):
            yield replace(_finding(diff, refused.rule, refused.message, resource.path, change), fix=refused.fix)
        if change.endangers:
            verb = "replaced" if change.kind == Kind.REPLACED else "deleted"
            name = f", as {change.renamed} takes its place" if change.renamed else ""
            causes = [property_.path for property_ in change.properties if property_.replaces]
            cause = f" {', '.join(dict.fromkeys(causes))} cannot be changed in place." if causes else ""
            yield _finding(
                diff,
                STATEFUL_LOSS[change.kind == Kind.DELETED],
                f"{resource.type} is {verb}{name}.{cause} {_FATES[change.fate]}",
                resource.path,
                change,
            )
        weakened = [p for p in change.properties if p.path.endswith("Policy") and p.before.startswith("Retain")]
        policies = [p for p in weakened if p.path in ("DeletionPolicy", "UpdateReplacePolicy")]
        if resource.type in STATEFUL and policies:
            said = ", ".join(f"{p.path} goes from {p.before} to {p.after or 'the default'}" for p in policies)
            yield _finding(diff, "RetentionWeakened", f"{resource.type}: {said}.", resource.path, change)


def _finding(diff: StackDiff, rule: str, message: str, path: str, change: ResourceChange | None = None) -> Finding:
    return Finding(
        pack=OWN_PACK,
        rule=rule,
        message=message,
        fix="Keep what causes it as it was, or plan the move of the data first and acknowledge this with an end.",
        stack=diff.name,
        resource=change.resource.id if change else "",
        resource_type=change.resource.type if change else "",
        path=path,
        property_path=", ".join(dict.fromkeys(p.path for p in change.properties)) if change else "",
    )
