"""A synthesized stack as plain data."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Synthesized:
    """The stack of the jobs."""

    assembly: Path
    template: dict[str, Any]

    def resources(self, kind: str, *, path: str = "") -> dict[str, dict[str, Any]]:
        """The properties of the resources of a type (`SQS::Queue`) by logical id; of those below a path, if given."""
        # Logical ids begin with the path, without its punctuation.
        begin = re.sub("[^A-Za-z0-9]", "", path)
        resources = self.template["Resources"].items()
        return {n: r["Properties"] for n, r in resources if r["Type"] == f"AWS::{kind}" and n.startswith(begin)}

    def only(self, kind: str, *, path: str = "") -> dict[str, Any]:
        """The properties of the one that there is."""
        (found,) = self.resources(kind, path=path).values()
        return found
