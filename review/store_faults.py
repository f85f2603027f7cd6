"""What is wrong with a store of data."""

from collections.abc import Iterator

from review.finding import OWN_PACK, Finding, Severity
from review.store import BUCKET, Store
from review.stores import STORES, at
from rules.intrinsics import may_be_absent

_FIX_BACKUP = "Keep backups for some days, or say where they are."


def store_faults(store: Store) -> Iterator[Finding]:
    """Everything found about one store."""
    if not store.key:
        fix = "Encrypt it with a customer managed key."
        yield _finding(store, "UnencryptedStore", f"The {store.kind} is not encrypted.", fix)
    if store.public:
        fix = "Keep it in private subnets and block public access."
        yield _finding(store, "PublicStore", f"The {store.kind} is open to the internet. {store.public}", fix)
    yield from _lasting(store)
    properties = store.resource.properties
    if store.resource.type == BUCKET and may_be_absent(properties.get("PublicAccessBlockConfiguration")):
        message = "Nothing but S3's default keeps the bucket from being opened to the internet."
        fix = "Set all four switches of PublicAccessBlockConfiguration."
        yield _finding(store, "NoPublicAccessBlock", message, fix, Severity.WARNING)
    if store.kind == "cache" and at(properties, "TransitEncryptionEnabled") is not True:
        message = "Whoever is in the network reads what goes to the cache and back."
        yield _finding(store, "PlainTransit", message, "Set TransitEncryptionEnabled.")


def _lasting(store: Store) -> Iterator[Finding]:
    kind = STORES[store.resource.type]
    if kind.backup and not store.backup and not store.in_cluster:
        message = f"The {store.kind} makes no backups of its own."
        yield _finding(store, "NoBackup", message, _FIX_BACKUP, Severity.WARNING)
    elif kind.backup_switch and not store.backup:
        message = f"What is overwritten or deleted in the {store.kind} is gone: it keeps no earlier state."
        yield _finding(store, "NoEarlierState", message, "Turn versions or backups on.", Severity.WARNING)
    if store.kind == "log" and store.retention == "for ever":
        message = "The log keeps its entries for ever: nobody decided how long."
        yield _finding(store, "KeptForEver", message, "Set RetentionInDays.", Severity.WARNING)


def _finding(store: Store, rule: str, message: str, fix: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        pack=OWN_PACK,
        rule=rule,
        message=message,
        fix=fix,
        severity=severity,
        stack=store.resource.stack,
        resource=store.resource.id,
        resource_type=store.resource.type,
        path=store.resource.path,
    )
