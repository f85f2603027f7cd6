"""Who a walked resource is, and what follows from it alone."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where a request lands."""

    account: str
    region: str
    partition: str = "aws"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a resource is: the same identity gives the same values, in every run.

    `generation` tells a replacement from the resource that it replaces.
    """

    scope: Scope
    stack: str
    logical_id: str
    generation: int

    def digest(self, *salt: str, digits: int = 12) -> str:
        """Hexadecimal digits, 64 at most."""
        parts = (self.scope.account, self.scope.region, self.stack, self.logical_id, str(self.generation), *salt)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:digits]

    def uuid(self, *salt: str) -> str:
        """A UUID of version 4."""
        text = self.digest(*salt, digits=32)
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
