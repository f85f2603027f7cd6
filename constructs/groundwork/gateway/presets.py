"""Sizes of the gateway."""

from dataclasses import dataclass
from typing import Literal

from groundwork.gateway.data_settings import AuroraSettings, CacheSettings, DatabaseSettings
from groundwork.gateway.service_settings import ScalingSettings

Preset = Literal["small", "production"]


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """What runs, and how much of it."""

    scaling: ScalingSettings
    database: DatabaseSettings
    cache: CacheSettings


PRESETS: dict[Preset, Sizing] = {
    "small": Sizing(
        scaling=ScalingSettings(min_tasks=1, max_tasks=4),
        database=DatabaseSettings(aurora=AuroraSettings(max_acus=2), multi_az=False, backup_days=7),
        cache=CacheSettings(multi_az=False),
    ),
    "production": Sizing(scaling=ScalingSettings(), database=DatabaseSettings(), cache=CacheSettings()),
}
"""`small` is for trying out: one of each, without a stand-in. `production` survives the loss of a zone."""
