"""The gateway's database and cache."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.gateway.service_settings import ScalingSettings
from groundwork.settings import Allowed, Refusal, Section, refuse

# Memory in GiB: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
INSTANCE_MEMORY_GIB = {
    "db.t4g.medium": 4,
    "db.t4g.large": 8,
    "db.m7g.large": 8,
    "db.m7g.xlarge": 16,
    "db.m7g.2xlarge": 32,
    "db.r7g.large": 16,
    "db.r7g.xlarge": 32,
}
CONNECTIONS_PER_GIB = 100
"""What an instance takes for each GiB. The default, LEAST({DBInstanceClassMemory/9531392},5000), comes to a little
more, as the memory that it counts is what the system leaves."""
CONNECTIONS_PER_ACU = 189
"""What Aurora Serverless v2 takes for each ACU of the maximum: 189 with 1 ACU, relatively more above
(https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html)."""
RESERVED_CONNECTIONS = 20
"""For the migration, the superuser, and a person who looks."""

_Acus = Annotated[float, Field(ge=0.5, le=256, multiple_of=0.5), Allowed("0.5 to 256 in steps of 0.5")]


class AuroraSettings(Section):
    """Aurora Serverless v2 for PostgreSQL: capacity follows the load. An ACU is about 2 GiB of memory."""

    min_acus: _Acus = 0.5
    """Capacity that is always there, in ACUs."""
    max_acus: _Acus = 4
    """Most capacity, in ACUs; it decides how many connections the database takes."""

    @field_validator("max_acus")
    @classmethod
    def _room_to_grow(cls, value: float, info: ValidationInfo) -> float:
        least = info.data.get("min_acus")
        if least and value < max(least, 1):
            refuse([Refusal(reason=f"less than 1, or than min_acus ({least:g})", allowed=f"{max(least, 1):g} to 256")])
        return value

    @property
    def max_connections(self) -> int:
        """Connections that the database takes at the least."""
        return min(2000 if self.min_acus < 1 else 5000, int(self.max_acus * CONNECTIONS_PER_ACU))


class RdsSettings(Section):
    """One RDS instance for PostgreSQL, with a standby where `multi_az` is set."""

    instance: Annotated[str, Allowed("one of " + ", ".join(INSTANCE_MEMORY_GIB))] = "db.m7g.large"
    """The instance class; up to 1000 requests a second take a db.m7g.large, up to 5000 a db.m7g.xlarge."""
    storage_gib: Annotated[int, Field(ge=20, le=16_384)] = 50
    """Storage at the beginning, in GiB: a logged request takes 1 to 2 KB."""
    max_storage_gib: Annotated[int, Field(ge=20, le=65_536)] = 500
    """How far the storage may grow by itself, in GiB."""

    @field_validator("instance")
    @classmethod
    def _instance_is_known(cls, value: str) -> str:
        if value not in INSTANCE_MEMORY_GIB:
            refuse([Refusal(reason="not an instance class that is known here", allowed=", ".join(INSTANCE_MEMORY_GIB))])
        return value

    @field_validator("max_storage_gib")
    @classmethod
    def _room_to_grow(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("storage_gib")
        # RDS wants the limit to be at least 10 % above the storage that is there.
        if least and value * 10 < least * 11:
            refuse([Refusal(reason="less than 10 % above storage_gib", allowed=f"at least {-(-least * 11 // 10)}")])
        return value

    @property
    def max_connections(self) -> int:
        """Connections that the database takes at the least."""
        return min(5000, INSTANCE_MEMORY_GIB[self.instance] * CONNECTIONS_PER_GIB)


class DatabaseSettings(Section):
    """PostgreSQL for keys, teams, budgets and spend. Give `aurora` or `rds`; neither is Aurora with its defaults."""

    aurora: AuroraSettings | None = None
    rds: RdsSettings | None = None
    multi_az: bool = True
    """A second copy in another zone that takes over when the first one fails; doubles the cost."""
    backup_days: Annotated[int, Field(ge=1, le=35)] = 14
    """Days that the database can be brought back to any second of."""
    connections_per_task: Annotated[int, Field(ge=2, le=100)] = 10
    """Size of the connection pool in each task."""

    @field_validator("rds")
    @classmethod
    def _one_engine(cls, value: RdsSettings | None, info: ValidationInfo) -> RdsSettings | None:
        if value and info.data.get("aurora"):
            refuse([Refusal(reason="`aurora` and `rds` are both given", allowed="at most one of them")])
        return value

    @property
    def engine(self) -> AuroraSettings | RdsSettings:
        """The one of `aurora` and `rds` that is given, or Aurora's defaults."""
        return self.rds or self.aurora or AuroraSettings()

    def refusals_of_connections(self, scaling: ScalingSettings) -> Iterator[Refusal]:
        """Why the database would refuse connections when all tasks run: `pool x workers x tasks` passes its limit.

        A deployment starts the new tasks before it stops the old ones, so there are twice as many at its peak.
        """
        room = self.engine.max_connections - RESERVED_CONNECTIONS
        needed = self.connections_per_task * 2 * scaling.max_tasks
        if needed > room:
            most = room // (2 * self.connections_per_task)
            yield Refusal(
                reason=f"{scaling.max_tasks} tasks, doubled during a deployment, open {needed} connections, and the "
                f"database takes {room}",
                allowed=f"at most {most} tasks, fewer connections_per_task, or a larger database",
            )


class CacheSettings(Section):
    """Valkey for rate limits that all tasks share, and for cached answers."""

    node_type: Literal[
        "cache.t4g.small", "cache.t4g.medium", "cache.m7g.large", "cache.m7g.xlarge", "cache.r7g.large"
    ] = "cache.t4g.small"
    """The size of a node; up to 1000 requests a second take a cache.m7g.large."""
    multi_az: bool = True
    """A second node in another zone that takes over when the first one fails."""
