"""What becomes of one lock entry once its registry has been asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from operations.errors import OperationError
from operations.images.cosign import is_signed, read_public_key, verify
from operations.images.lock import LockedImage, Signature
from operations.images.registry import Registry
from operations.images.transport import RegistryError

Status = Literal["unchanged", "pinned", "confirmed", "unsigned", "moved", "failed"]
"""pinned: had no digest. confirmed: same digest, now from the registry itself, or with another signature status.
unsigned: same digest, and the signature that the registry had for it is gone.
moved: another digest than before, and that was accepted. failed: not readable or refused, the old entry stays."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One entry before and after, and why it could not be renewed."""

    before: LockedImage
    after: LockedImage
    status: Status
    error: str | None = None

    @property
    def lost_signature(self) -> bool:
        """Whether the tag stood for a signed image, and now for one without any signature."""
        return self.before.signature in {"verified", "unverified"} and self.after.signature == "none"


def update(
    entry: LockedImage,
    *,
    registry: Registry,
    folder: Path,
    today: Callable[[], date],
    accept_moved: bool,
) -> Outcome:
    """Resolve the tag, check the signature and renew the entry; a failure leaves it as it was.

    `folder` is the lock file's: an entry's public_key is relative to it.
    """
    try:
        after = _renew(entry, registry=registry, folder=folder, today=today, accept_moved=accept_moved)
    except OperationError as error:
        return Outcome(before=entry, after=entry, status="failed", error=str(error))
    outcome = Outcome(before=entry, after=after, status=_status(entry, after))
    return replace(outcome, status="unsigned") if outcome.lost_signature and outcome.status == "confirmed" else outcome


def _renew(
    entry: LockedImage, *, registry: Registry, folder: Path, today: Callable[[], date], accept_moved: bool
) -> LockedImage:
    image = entry.reference
    manifest = registry.manifest(image)
    if manifest is None:
        raise RegistryError(f"{image}: the registry has no such tag")
    digest = manifest.digest
    if entry.digest not in {None, digest} and not accept_moved:
        raise OperationError(
            f"{image}: THE TAG HAS MOVED from {entry.digest} to {digest}; "
            "find out why, then pass --accept-moved if it is meant"
        )
    signature: Signature
    if entry.public_key is not None:
        verify(registry, image, digest, read_public_key(folder / entry.public_key))
        signature = "verified"
    else:
        signature = "unverified" if is_signed(registry, image, digest) else "none"
    source = f"the registry {image.registry}, read with `images lock`"
    # The date belongs to the source: a digest read again where it was read before keeps its date.
    known = entry.digest == digest and entry.source == source
    return LockedImage(
        image=entry.image,
        digest=digest,
        read=entry.read if known else today().isoformat(),
        source=source,
        signature=signature,
        public_key=entry.public_key,
    )


def _status(before: LockedImage, after: LockedImage) -> Status:
    if after == before:
        return "unchanged"
    if before.digest is None:
        return "pinned"
    return "confirmed" if after.digest == before.digest else "moved"
