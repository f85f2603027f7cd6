"""A store of data: its key, its backups, how long it keeps what, what deletion leaves, and who reaches it."""

from collections.abc import Iterator
from dataclasses import dataclass

from review.assembly import Assembly, Resource, Stack
from review.stateful import when_deleted
from review.statement import ANYTHING, read_statements
from review.stores import AWS_MANAGED, STORES, StoreKind, at
from rules.intrinsics import mapping

BUCKET = "AWS::S3::Bucket"
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
# The policy of a resource, by the property that names the resource.
_POLICIES = {"AWS::S3::BucketPolicy": "Bucket", "AWS::SNS::TopicPolicy": "Topics", "AWS::SQS::QueuePolicy": "Queues"}
_ON = ("true", "Enabled", "ENABLED")


@dataclass(frozen=True, kw_only=True)
class Store:
    """One store. `key` is empty where nothing encrypts it, `backup` where nothing backs it up."""

    resource: Resource
    kind: str
    key: str
    backup: str
    retention: str
    deletion: str
    public: str = ""
    in_cluster: bool = False


def read_stores(assembly: Assembly) -> tuple[Store, ...]:
    """Every store of the assembly, stack by stack."""
    return tuple(
        _store(assembly, stack, resource, STORES[resource.type])
        for stack in assembly.stacks
        for resource in stack.resources.values()
        if resource.type in STORES
    )


def _store(assembly: Assembly, stack: Stack, resource: Resource, kind: StoreKind) -> Store:
    texts = {path: _text(assembly, stack, at(resource.properties, path)) for path in _paths(kind)}
    encrypted = not kind.switch or texts[kind.switch] in _ON
    in_cluster = resource.type == "AWS::RDS::DBInstance" and "DBClusterIdentifier" in resource.properties
    own_key = f"key {texts[kind.key]}" if texts.get(kind.key) else "as its cluster" if in_cluster else ""
    days = texts.get(kind.backup, "")
    backup = _days(days) if days != "0" else ""
    if texts.get(kind.backup_switch) in _ON:
        backup = "versions kept" if resource.type == BUCKET else "on"
    keeps = texts.get(kind.retention, "")
    seconds = kind.retention == "MessageRetentionPeriod"
    return Store(
        resource=resource,
        kind=kind.name,
        key=(own_key or kind.default or AWS_MANAGED * bool(kind.switch)) if encrypted or in_cluster else "",
        backup=backup or ("as its cluster" if in_cluster else ""),
        retention=(f"{keeps} seconds" if seconds else _days(keeps)) if keeps else "for ever" * bool(kind.retention),
        deletion=when_deleted(resource),
        public=_public(stack, resource, texts.get(kind.public, "")),
        in_cluster=in_cluster,
    )


def _days(text: str) -> str:
    return f"{text} day{'' if text == '1' else 's'}" if text else ""


def _paths(kind: StoreKind) -> Iterator[str]:
    paths = (kind.key, kind.switch, kind.backup, kind.backup_switch, kind.retention, kind.public)
    return (path for path in paths if path)


def _text(assembly: Assembly, stack: Stack, value: object) -> str:
    return assembly.named(next(iter(stack.template.texts(value)), ""), stack=stack.name)


def _public(stack: Stack, resource: Resource, switch: str) -> str:
    if switch == "true":
        return "It has a public address."
    if resource.type != BUCKET:
        return "Its policy lets anybody in." if _policy_is_open(stack, resource) else ""
    block = mapping(resource.properties.get("PublicAccessBlockConfiguration"))
    # Without the property a new bucket blocks public access: S3's default since April 2023.
    open_ = [name for name in _BLOCKS if block and stack.template.texts(block.get(name)) != ("true",)]
    acl = str(resource.properties.get("AccessControl", ""))
    if acl.startswith("PublicRead") and open_:
        return f"Its ACL is {acl}."
    if _policy_is_open(stack, resource) and (open_ or not block):
        return "Its policy lets anybody in."
    return f"Public access is not blocked: {', '.join(open_)}." if open_ else ""


def _policy_is_open(stack: Stack, resource: Resource) -> bool:
    for policy in stack.resources.values():
        named = _POLICIES.get(policy.type)
        if named and resource.id in stack.template.references(policy.properties.get(named)):
            document = mapping(policy.properties.get("PolicyDocument"))
            for statement in read_statements(stack.template, document):
                everybody = any(name == ANYTHING for _, name in statement.principals)
                if statement.allows and everybody and not statement.conditions:
                    return True
    return False
