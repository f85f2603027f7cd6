"""Which resource uses which, by the references between them, over all stacks.

A reference mostly leads from what uses to what is used. Where it leads the other way it is left out: the policy of a
bucket names who may read it, and a permission of a function names who calls it.
"""

import re
from collections.abc import Iterator, Mapping

from review.assembly import Assembly, Resource, Stack
from review.linking import REFERENCE
from rules.intrinsics import function, is_list, mapping, sequence

_BACKWARDS = frozenset(
    (
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::Lambda::Permission",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    )
)
_OWN_POLICIES = frozenset(("KeyPolicy", "AssumeRolePolicyDocument", "PolicyText", "RepositoryPolicyText"))
"""Properties with the policy of the resource itself; a role's own statements are `Policies`."""

_ARN = re.compile(r"arn:[^:]+:([a-z0-9]+):[^:]*:[^:]*:([a-z-]+)[/:]([A-Za-z0-9._-]+)$")

Place = tuple[str, str]
"""The name of a stack and a logical id."""


Names = Mapping[tuple[str, str, str, str], Place]
"""Resources with a name of their own: stage, service, kind and name, as an ARN says the last three."""


def uses(assembly: Assembly) -> Mapping[Place, tuple[Resource, ...]]:
    """What each resource refers to, without itself; a resource that refers to nothing has an empty entry."""
    names = dict(_named(assembly))
    return {
        (stack.name, resource.id): tuple(_used(assembly, stack, resource, names))
        for stack in assembly.stacks
        for resource in stack.resources.values()
    }


def _named(assembly: Assembly) -> Iterator[tuple[tuple[str, str, str, str], Place]]:
    for stack in assembly.stacks:
        for resource in stack.resources.values():
            service, _, kind = resource.type.removeprefix("AWS::").partition("::")
            name = resource.properties.get(f"{kind}Name")
            if isinstance(name, str):
                yield (stack.stage, service.lower(), kind.lower(), name), (stack.name, resource.id)


def _used(assembly: Assembly, stack: Stack, resource: Resource, names: Names) -> Iterator[Resource]:
    if resource.type in _BACKWARDS:
        return
    said = {key: value for key, value in resource.properties.items() if key not in _OWN_POLICIES}
    for name, id_ in dict.fromkeys(_places(said, stack, names)):
        holder = assembly.by_name.get(name)
        found = holder.resources.get(id_) if holder else None
        if found and found != resource:
            yield found


def _places(value: object, stack: Stack, names: Names) -> Iterator[Place]:
    """Every reference below a value, as written, within a text, or by an ARN that ends with a name."""
    if isinstance(value, str):
        for found in REFERENCE.finditer(value) if "${" in value else ():
            yield found["stack"] or stack.name, found["id"]
        arn = _ARN.match(value)
        place = names.get((stack.stage, arn[1], arn[2], arn[3])) if arn else None
        if place:
            yield place
        return
    if is_list(value):
        for item in sequence(value):
            yield from _places(item, stack, names)
        return
    call = function(value)
    if call and call[0] == "Ref":
        yield stack.name, str(call[1])
    elif call and call[0] == "Fn::GetAtt":
        yield stack.name, str(next(iter(sequence(call[1])), "")).partition(".")[0]
    else:
        for item in mapping(value).values():
            yield from _places(item, stack, names)
