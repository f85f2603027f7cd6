"""Every wildcard in what an identity may do, with the reason that stands beside its cause."""

from dataclasses import dataclass

from review.acknowledgments import Acknowledgments
from review.assembly import Assembly
from review.clauses import parse
from review.roles import Role


@dataclass(frozen=True, kw_only=True)
class Wildcard:
    """`kind` is Action, Resource, NotAction or NotResource. `reason` is empty where nobody gave one.

    `text` is the pattern with the names of constructs in place of references.
    """

    kind: str
    pattern: str
    text: str
    path: str
    reason: str


def wildcards(role: Role, assembly: Assembly, acknowledgments: Acknowledgments) -> tuple[Wildcard, ...]:
    """Those of all statements that allow something, each pattern once."""
    found = dict.fromkeys(
        (kind, pattern, statement.path, statement.stack)
        for statement in role.statements
        for kind, pattern in statement.wildcards
    )
    return tuple(
        Wildcard(
            kind=kind,
            pattern=pattern,
            text=assembly.named(pattern, stack=stack),
            path=path,
            reason=_reason(acknowledgments, kind, pattern, path),
        )
        for kind, pattern, path, stack in found
    )


def _reason(acknowledgments: Acknowledgments, kind: str, pattern: str, path: str) -> str:
    """Under the ids of cdk-nag, which writes references in angle brackets, of the project's rules and of the review."""
    ids = (
        f"AwsSolutions::AwsSolutions-IAM5[{kind}::{pattern.replace('${', '<').replace('}', '>')}]",
        f"Groundwork::NoWildcardAction[{kind if kind == 'NotAction' else pattern}]",
        f"Review::UnexplainedWildcard[{kind}::{pattern}]",
    )
    while path:
        for id_ in ids:
            if (path, id_) in acknowledgments.linked:
                return parse(acknowledgments.linked[path, id_]).text
        path = path.rpartition("/")[0]
    return ""
