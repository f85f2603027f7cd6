"""The gateway's settings of database, cache and scaling."""

import pytest
from pydantic import ValidationError

from groundwork.gateway.data_settings import AuroraSettings, CacheSettings, DatabaseSettings, RdsSettings
from groundwork.gateway.exposure import Exposure
from groundwork.gateway.service_settings import ScalingSettings
from groundwork.gateway.time_outs import TimeOuts


def test_the_defaults_fit_together() -> None:
    assert list(DatabaseSettings().refusals_of_connections(ScalingSettings())) == []


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        # What AWS documents for these sizes: 189, 823, 3360, 5000; 2000 at most from below 1 ACU.
        (AuroraSettings(min_acus=0.5, max_acus=1), 189),
        (AuroraSettings(min_acus=1, max_acus=4), 823),
        (AuroraSettings(min_acus=1, max_acus=16), 3360),
        (AuroraSettings(min_acus=1, max_acus=256), 5000),
        (AuroraSettings(min_acus=0.5, max_acus=256), 2000),
        (RdsSettings(instance="db.t4g.medium"), 405),
        (RdsSettings(instance="db.m7g.large"), 839),
    ],
)
def test_no_more_connections_are_counted_on_than_the_database_takes(
    settings: AuroraSettings | RdsSettings, least: int
) -> None:
    assert least * 0.9 <= settings.max_connections <= least


def test_pools_that_do_not_fit_are_refused_with_what_would() -> None:
    database = DatabaseSettings(aurora=AuroraSettings(min_acus=0.5, max_acus=1))
    (refusal,) = database.refusals_of_connections(ScalingSettings(max_tasks=10))
    assert "10 tasks, doubled during a deployment, open 200 connections, and the database takes 169" in refusal.reason
    assert refusal.allowed.startswith("at most 8 tasks")
    assert list(database.refusals_of_connections(ScalingSettings(max_tasks=8))) == []


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: ScalingSettings(min_tasks=5, max_tasks=4), "less than min_tasks, which is 5"),
        (lambda: AuroraSettings(min_acus=8, max_acus=4), "less than 1, or than min_acus"),
        (lambda: AuroraSettings(min_acus=0.5, max_acus=0.5), "less than 1"),
        (lambda: AuroraSettings(min_acus=0.7), "multiple of 0.5"),
        (lambda: RdsSettings(instance="db.nope"), "not an instance class that is known here"),
        (lambda: RdsSettings(storage_gib=100, max_storage_gib=105), "less than 10 % above storage_gib"),
        (lambda: DatabaseSettings(aurora=AuroraSettings(), rds=RdsSettings()), "`aurora` and `rds` are both given"),
        (lambda: DatabaseSettings(backup_days=0), "greater than or equal to 1"),
        (lambda: CacheSettings(node_type="cache.t2.micro"), "Input should be"),
        (lambda: ScalingSettings(cpu_percent=99), "less than or equal to 90"),
    ],
)
def test_a_value_that_cannot_work_is_refused(make, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        make()


@pytest.mark.parametrize("seconds", [30, 120, 600, 3600])
def test_each_hop_waits_longer_than_the_one_behind_it(seconds: int) -> None:
    time_outs = TimeOuts(seconds)
    assert time_outs.request < time_outs.load_balancer_idle < time_outs.keep_alive
    assert time_outs.load_balancer_idle <= 4000
    assert time_outs.stop <= 120
    assert time_outs.deregistration <= 3600


def test_an_internal_load_balancer_needs_its_clients() -> None:
    with pytest.raises(ValueError, match="ranges of its clients"):
        Exposure(internet_facing=False, host="gateway.example.com", certificate="arn")
