"""Every identity of an assembly with all the statements that it gets, wherever they are written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from review.assembly import Assembly, Resource
from review.statement import Statement, read_statements
from rules.intrinsics import items, mapping

_IDENTITIES = {
    "AWS::IAM::Role": ("RoleName", "Roles"),
    "AWS::IAM::User": ("UserName", "Users"),
    "AWS::IAM::Group": ("GroupName", "Groups"),
}
"""The types, the property with their name, and that with which a policy names several; one it names with the first."""

_MANAGED = "AWS::IAM::ManagedPolicy"
_POLICIES = ("AWS::IAM::Policy", _MANAGED, "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy")
_Key = tuple[str, str]
"""Stack and logical id."""
_Named = Mapping[tuple[str | None, str, str], Resource]


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
    policies = {(each.stack, each.id): each for each in assembly.resources if each.type in _POLICIES}
    said = {key: tuple(_statements(assembly, each, each.properties)) for key, each in policies.items()}
    written: dict[_Key, list[Statement]] = {}
    names = dict(_named(assembly))
    for key, policy in policies.items():
        for holder in _holders(assembly, policy, names):
            written.setdefault(holder, []).extend(said[key])
    return tuple(
        _role(assembly, each, written.get((each.stack, each.id), ()), _Known(assembly, each.stack, names, said))
        for each in assembly.resources
        if each.type in _IDENTITIES
    )


@dataclass(frozen=True)
class _Known:
    """Managed policies of the assembly, as one stack names them."""

    assembly: Assembly
    stack: str
    named: _Named
    said: Mapping[_Key, tuple[Statement, ...]]

    def find(self, arn: str) -> Resource | None:
        """By a reference to it, whichever stack it stands in, or by its name."""
        if ":policy/" in arn:
            account = self.assembly.by_name[self.stack].template.account
            return self.named.get((account, _MANAGED, arn.rpartition("/")[2]))
        return self.assembly.referred(arn, stack=self.stack)

    def statements(self, policy: Resource | None) -> tuple[Statement, ...] | None:
        """None for a policy that is not in the assembly."""
        return self.said.get((policy.stack, policy.id)) if policy else None


def _role(assembly: Assembly, resource: Resource, written: Iterable[Statement], known: _Known) -> Role:
    template = assembly.by_name[resource.stack].template
    properties = resource.properties
    statements = list(written)
    for inline in map(mapping, items(properties.get("Policies"))):
        statements += _statements(assembly, resource, inline)
    managed: list[str] = []
    for arn in (text for item in items(properties.get("ManagedPolicyArns")) for text in template.texts(item)):
        found = known.statements(known.find(arn))
        statements += found or ()
        if found is None:
            managed.append(arn.partition(":policy/")[2] or arn)
    boundary = next(iter(template.texts(properties.get("PermissionsBoundary"))), "")
    ceiling = known.find(boundary)
    return Role(
        resource=resource,
        trust=tuple(read_statements(template, mapping(properties.get("AssumeRolePolicyDocument")))),
        statements=tuple(dict.fromkeys(statements)),
        managed=tuple(managed),
        boundary_name=boundary.partition(":policy/")[2] or (ceiling.name if ceiling else boundary),
        boundary=known.statements(ceiling),
    )


def _statements(assembly: Assembly, written_at: Resource, policy: Mapping[str, object]) -> Iterator[Statement]:
    template = assembly.by_name[written_at.stack].template
    document = mapping(policy.get("PolicyDocument"))
    return read_statements(template, document, path=written_at.path or written_at.id)


def _holders(assembly: Assembly, policy: Resource, named: _Named) -> Iterator[_Key]:
    """The identities that a policy names: by a reference, whichever stack they stand in, or by their names."""
    template = assembly.by_name[policy.stack].template
    for kind, properties in _IDENTITIES.items():
        for value in (item for name in properties for item in items(policy.properties.get(name))):
            for text in template.texts(value):
                known = named.get((template.account, kind, text))
                if holder := known or assembly.referred(text, stack=policy.stack):
                    yield holder.stack, holder.id


def _named(assembly: Assembly) -> Iterator[tuple[tuple[str | None, str, str], Resource]]:
    """Identities and managed policies that have a name, by account, type and name."""
    names = {_MANAGED: "ManagedPolicyName", **{kind: name for kind, (name, _) in _IDENTITIES.items()}}
    for resource in assembly.resources:
        if property_name := names.get(resource.type):
            template = assembly.by_name[resource.stack].template
            for name in template.texts(resource.properties.get(property_name)):
                yield (template.account, resource.type, name), resource
