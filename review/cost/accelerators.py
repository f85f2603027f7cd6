"""How many GPUs an instance type has, and the memory of those that can be partitioned.

Sources: https://aws.amazon.com/ec2/instance-types/ (g4, g5, g6, g6e, g7e, p4, p5, p6; read 2026-11-23). A type that is
not here counts as one without GPUs only where its family has none.
"""

from dataclasses import dataclass

_ONE = dict.fromkeys(("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"), 1)
_GRAPHICS = {**_ONE, "12xlarge": 4, "24xlarge": 4, "48xlarge": 8}
_EIGHT = {"24xlarge": 8, "48xlarge": 8}
_GPUS: dict[str, dict[str, int]] = {
    "g4dn": {**_ONE, "12xlarge": 4, "metal": 8},
    "g5": _GRAPHICS,
    "g6": _GRAPHICS,
    "gr6": _ONE,
    "g6e": _GRAPHICS,
    "g7e": {"2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "12xlarge": 2, "24xlarge": 4, "48xlarge": 8},
    "p4d": _EIGHT,
    "p4de": _EIGHT,
    "p5": {"4xlarge": 1, **_EIGHT},
    "p5e": _EIGHT,
    "p5en": _EIGHT,
    "p6-b200": _EIGHT,
    "p6-b300": _EIGHT,
    "p6e-gb200": {"36xlarge": 4},
}
_MEMORY_GB = {
    "p4d": 40,
    "p4de": 80,
    "p5": 80,
    "p5e": 141,
    "p5en": 141,
    "p6-b200": 180,
    "p6-b300": 269,
    "p6e-gb200": 186,
}


@dataclass(frozen=True, kw_only=True)
class Gpus:
    """Those of one instance."""

    count: int
    memory_gb: int | None
    """Of each, as its largest partition is named; None where it cannot be partitioned."""


def gpus_of(instance_type: str) -> Gpus:
    """The GPUs of a type, with or without `ml.` in front."""
    family, _, size = instance_type.removeprefix("ml.").partition(".")
    return Gpus(count=_GPUS.get(family, {}).get(size, 0), memory_gb=_MEMORY_GB.get(family))
