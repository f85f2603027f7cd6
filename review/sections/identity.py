"""Who may do what: every role, who may assume it, its statements in words, its wildcards, and where it leads."""

from collections.abc import Iterator
from dataclasses import dataclass

from review import words
from review.acknowledgments import Acknowledgments
from review.assembly import Assembly
from review.escalation import Escalation, Reach, escalations
from review.finding import OWN_PACK, Finding, Severity
from review.roles import Role, read_roles
from review.statement import ANYTHING, Statement
from review.wildcards import Wildcard, wildcards

_ADMINISTRATIVE = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")


@dataclass(frozen=True, kw_only=True)
class StatementInWords:
    """A statement for people (`text`) and as it is written (`actions`, `resources`)."""

    text: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    path: str
    is_new: bool = False


@dataclass(frozen=True, kw_only=True)
class RoleReview:
    """One identity. `gone` are sentences of the base that are no longer there; `state` is new, changed or empty."""

    role: Role
    assumed_by: tuple[str, ...]
    statements: tuple[StatementInWords, ...]
    wildcards: tuple[Wildcard, ...]
    escalations: tuple[Escalation, ...]
    state: str = ""
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IdentitySection:
    """`removed` names identities of the base that are no longer there."""

    roles: tuple[RoleReview, ...]
    removed: tuple[str, ...]
    findings: tuple[Finding, ...]


def identity_section(assembly: Assembly, base: Assembly | None, acknowledgments: Acknowledgments) -> IdentitySection:
    """Review every identity, and compare it with the base's where there is one."""
    before = {_key(role): role for role in read_roles(base)} if base else {}
    roles = tuple(
        _review(role, assembly, base, before.get(_key(role)), acknowledgments) for role in read_roles(assembly)
    )
    kept = {_key(review.role) for review in roles}
    stacks = {stack.name for stack in assembly.stacks}
    return IdentitySection(
        roles=roles,
        removed=tuple(r.resource.name for key, r in before.items() if key not in kept and key[0] in stacks),
        findings=tuple(finding for review in roles for finding in _findings(review, assembly)),
    )


def _review(
    role: Role, assembly: Assembly, base: Assembly | None, before: Role | None, acknowledgments: Acknowledgments
) -> RoleReview:
    known = _sentences(before, base) if before and base else frozenset[str]()
    said = tuple(_in_words(s, assembly, is_new=before is not None, known=known) for s in role.statements)
    assumed_by = tuple(words.trust(statement) for statement in role.trust)
    now = {s.text for s in said} | {f"Assumed by: {text}" for text in assumed_by} | set(role.managed)
    changed = before is not None and now != known
    return RoleReview(
        role=role,
        assumed_by=assumed_by,
        statements=said,
        wildcards=wildcards(role, assembly, acknowledgments),
        escalations=escalations(role),
        state="new" if base and before is None else "changed" if changed else "",
        gone=tuple(sorted(known - now)),
    )


def _sentences(role: Role, assembly: Assembly) -> frozenset[str]:
    statements = (_in_words(statement, assembly).text for statement in role.statements)
    trust = (f"Assumed by: {words.trust(statement)}" for statement in role.trust)
    return frozenset((*statements, *trust, *role.managed))


def _in_words(
    statement: Statement, assembly: Assembly, *, is_new: bool = False, known: frozenset[str] = frozenset()
) -> StatementInWords:
    text = words.sentence(statement, lambda resource: assembly.named(resource, stack=statement.stack))
    return StatementInWords(
        text=text,
        allows=statement.allows,
        actions=statement.actions or tuple(f"not {action}" for action in statement.excluded_actions),
        resources=statement.resources or tuple(f"not {resource}" for resource in statement.excluded_resources),
        path=statement.path,
        is_new=is_new and text not in known,
    )


def _key(role: Role) -> tuple[str, str]:
    return role.resource.stack, role.resource.id


def _findings(review: RoleReview, assembly: Assembly) -> Iterator[Finding]:
    account = assembly.by_name[review.role.resource.stack].template.account
    for statement in review.role.trust:
        yield from _trust_findings(review.role, statement, account)
    for name in review.role.managed:
        policy = name.rpartition("/")[2]
        if policy in _ADMINISTRATIVE or policy.endswith("FullAccess"):
            message = f"The AWS managed policy {policy} allows far more than one purpose needs."
            yield _finding(review.role, f"BroadManagedPolicy[{policy}]", message, "Name the actions and resources.")
    for wildcard in review.wildcards:
        if not wildcard.reason:
            message = f"{wildcard.kind} '{wildcard.pattern}' has a wildcard, and no acknowledgment says why."
            fix = "Name what is meant, or acknowledge the wildcard beside its cause."
            yield _finding(review.role, f"UnexplainedWildcard[{wildcard.kind}::{wildcard.pattern}]", message, fix)
    for found in review.escalations:
        if found.reach == Reach.OPEN:
            message = f"It can {found.path.gives}: it is allowed {', '.join(found.path.actions)} without a limit."
            fix = "Hold one of the actions to named resources, or deny it in the permissions boundary."
            yield _finding(review.role, f"PrivilegeEscalation[{found.path.name}]", message, fix)


def _trust_findings(role: Role, statement: Statement, account: str | None) -> Iterator[Finding]:
    for kind, principal in statement.principals if statement.allows else ():
        if kind == "Service" or (kind == "Federated" and statement.conditions):
            continue
        severity = Severity.WARNING if statement.conditions else Severity.ERROR
        condition = words.conditions(statement) or "without a condition"
        if principal == ANYTHING:
            message = f"Anybody in any AWS account may assume it, {condition}."
            yield _finding(role, "AssumableByAnybody", message, "Name who may assume it.", severity)
        elif kind == "Federated":
            message = f"Every identity of {principal} may assume it."
            yield _finding(role, "AssumableByEveryIdentity", message, "Name the subject and the audience.", severity)
        elif (other := _account(principal)) and account and other != account:
            message = f"The account {other} may assume it, {condition}."
            fix = "Ask for an external id or for an organization, or name the role that acts."
            yield _finding(role, f"AssumableByOtherAccount[{other}]", message, fix, severity)


def _account(principal: str) -> str:
    """The account of an ARN or of a bare number, where it is written out."""
    number = principal.split(":")[4] if principal.count(":") >= 5 else principal
    return number if number.isdigit() else ""


def _finding(role: Role, rule: str, message: str, fix: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        pack=OWN_PACK,
        rule=rule,
        message=message,
        fix=fix,
        severity=severity,
        stack=role.resource.stack,
        resource=role.resource.id,
        resource_type=role.resource.type,
        path=role.resource.path,
    )
