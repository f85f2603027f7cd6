"""Every identity of an assembly with all the statements that it gets, wherever they are written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from review.assembly import Assembly, Resource, Stack
from review.difference import references
from review.statement import Statement, read_statements
from rules.intrinsics import items, mapping

_IDENTITIES = {"AWS::IAM::Role": "Roles", "AWS::IAM::User": "Users", "AWS::IAM::Group": "Groups"}
"""The types, and the property with which a policy names its identities."""

_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy")


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role, user or group. `managed` are the names of policies that are not in the assembly.

    `boundary` holds the statements of the permissions boundary; it is None where there is none, or where it is not in
    the assembly, in which case `boundary_name` tells which it is.
    """

    resource: Resource
    trust: tuple[Statement, ...]
    statements: tuple[Statement, ...]
    managed: tuple[str, ...]
    boundary_name: str
    boundary: tuple[Statement, ...] | None


def read_roles(assembly: Assembly) -> tuple[Role, ...]:
    """Every identity, stack by stack."""
    named = dict(_named_policies(assembly))
    return tuple(role for stack in assembly.stacks for role in _roles(stack, named))


def _roles(stack: Stack, named: Mapping[str, tuple[Statement, ...]]) -> Iterator[Role]:
    template = stack.template
    written: dict[str, list[Statement]] = {}
    for policy in stack.resources.values():
        if policy.type not in _POLICIES:
            continue
        document = mapping(policy.properties.get("PolicyDocument"))
        found = list(read_statements(template, document, path=policy.path or policy.id))
        for holder in _holders(policy):
            written.setdefault(holder, []).extend(found)
    for resource in stack.resources.values():
        if resource.type not in _IDENTITIES:
            continue
        properties = resource.properties
        statements = list(written.get(resource.id, []))
        for inline in map(mapping, items(properties.get("Policies"))):
            document = mapping(inline.get("PolicyDocument"))
            statements += read_statements(template, document, path=resource.path or resource.id)
        managed: list[str] = []
        for item in items(properties.get("ManagedPolicyArns")):
            for text in template.texts(item):
                known = _lookup(text, stack, named)
                statements += known or ()
                if known is None:
                    managed.append(text.partition(":policy/")[2] or text)
        boundary = next(iter(template.texts(properties.get("PermissionsBoundary"))), "")
        yield Role(
            resource=resource,
            trust=tuple(read_statements(template, mapping(properties.get("AssumeRolePolicyDocument")))),
            statements=tuple(dict.fromkeys(statements)),
            managed=tuple(managed),
            boundary_name=boundary.partition(":policy/")[2] or boundary,
            boundary=_lookup(boundary, stack, named) if boundary else None,
        )


def _holders(policy: Resource) -> frozenset[str]:
    """Logical ids of the identities that a policy names."""
    lists = [policy.properties.get(key) for key in (*_IDENTITIES.values(), "RoleName", "UserName")]
    return references([value for value in lists if value is not None])


def _lookup(arn: str, stack: Stack, named: Mapping[str, tuple[Statement, ...]]) -> tuple[Statement, ...] | None:
    """The statements of a managed policy of the assembly, by a reference to it or by its name."""
    if arn.startswith("${"):
        return named.get(f"{stack.name}/{arn[2:-1].partition('.')[0]}")
    return named.get(f"{stack.template.account}/{arn.rpartition('/')[2]}") if ":policy/" in arn else None


def _named_policies(assembly: Assembly) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    for stack in assembly.stacks:
        for policy in stack.resources.values():
            if policy.type == "AWS::IAM::ManagedPolicy":
                document = mapping(policy.properties.get("PolicyDocument"))
                statements = tuple(read_statements(stack.template, document, path=policy.path or policy.id))
                yield f"{stack.name}/{policy.id}", statements
                for name in stack.template.texts(policy.properties.get("ManagedPolicyName")):
                    yield f"{stack.template.account}/{name}", statements
