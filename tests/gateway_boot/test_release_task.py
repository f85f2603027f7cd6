"""The program of the release task, run as its container runs it: the real LiteLLM on an empty database."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from ruamel.yaml import YAML

from gateway_release_task import program as release_program
from tests.gateway_boot.aws import Aws
from tests.gateway_boot.calls import eventually
from tests.gateway_boot.deployed import Deployed
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.postgres import run_sql
from tests.gateway_boot.release import BROKEN_KEY, TEAMS, Release
from tests.gateway_boot.replacements import Loopback


@pytest.fixture(scope="session")
def release(
    deployed: Deployed, loopback: Loopback, aws: Aws, tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> Release:
    """A release task, and an empty database."""
    folder = tmp_path_factory.mktemp("release")
    return Release(deployed=deployed, loopback=loopback, aws=aws, folder=folder, postgres_url=postgres_url)


Runs = dict[str, "Future[tuple[int, str]]"]


@pytest.fixture(scope="session")
def runs(release: Release) -> Iterator[Runs]:
    """Those that start LiteLLM, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield {
            "good": pool.submit(release.run, "good", migrate=release.migration()),
            "broken": pool.submit(
                release.run,
                "broken",
                migrate="true",
                LITELLM_CONFIG_BUCKET_OBJECT_KEY=BROKEN_KEY,
                DATABASE_NAME="litellm",
            ),
        }


def test_a_migration_that_fails_stops_everything_and_says_why(release: Release):
    code, log = release.run("unmigrated", migrate="""sh -c 'echo "P3009 failed migrations"; exit 1'""")
    assert code == 3
    assert log.splitlines() == [
        "migrate: | P3009 failed migrations",
        "failed: the migration of the database failed, exit code 1",
    ]


def test_a_migration_that_finds_no_prisma_is_no_migration(release: Release):
    # What LiteLLM says then; it ends with exit code 0.
    said = "Unable to connect to DB. DATABASE_URL found in environment, but the prisma CLI is neither on PATH nor"
    code, log = release.run("without-prisma", migrate=f"echo '{said}'")
    assert code == 3
    assert log.splitlines()[-1] == "failed: the migration of the database failed, exit code 0"


def test_nothing_is_migrated_where_the_teams_cannot_be_read(release: Release):
    code, log = release.run("unreadable", migrate="echo migrated", teams="release/other.json")
    assert code == 2
    assert "release/other.json cannot be read" in log
    assert "migrated" not in log


def test_a_task_that_is_stopped_ends_at_once_with_all_that_it_started(release: Release):
    file = release.folder / "pid"
    with release.begin("stopped", migrate=f"sh -c 'echo $$ > {file}; exec sleep 60'") as process:
        try:
            eventually(lambda: file.exists() and bool(file.read_text().strip()))
            process.terminate()
            assert process.wait(timeout=10) == 143
        finally:
            process.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)


def test_an_empty_database_is_migrated_and_the_teams_are_in_it(runs: Runs, release: Release):
    code, log = runs["good"].result()
    assert (code, log.splitlines()[-4:]) == (
        0,
        ["start: done", "teams: release-research: created", "teams: release-sales: created", "done: 2 teams"],
    )
    found = run_sql(release.database, 'SELECT team_id, max_budget, rpm_limit FROM "LiteLLM_TeamTable" ORDER BY 1')
    assert found.splitlines() == ["release-research|100|5", "release-sales||"]


def test_only_the_migration_may_change_the_schema_and_it_must_succeed(runs: Runs):
    assert "migrate: | False true" in runs["good"].result()[1]


def test_prisma_is_given_nearly_all_the_time_that_a_migration_has(runs: Runs):
    (line,) = (line for line in runs["good"].result()[1].splitlines() if line.endswith(" seconds"))
    assert 0.9 * release_program.MIGRATION_SECONDS < int(line.split()[2]) < release_program.MIGRATION_SECONDS


def test_the_log_has_no_secret(runs: Runs, proxy: Proxy):
    log = runs["good"].result()[1]
    assert "migrate: | the master key is (secret)" in log
    assert "postgresql://(secret)@127.0.0.1" in log
    assert proxy.master_key not in log


def test_a_configuration_that_does_not_start_fails_with_its_reason(runs: Runs):
    code, log = runs["broken"].result()
    assert code == 4
    assert "no-such-strategy" in log
    assert "failed: LiteLLM does not start with this configuration" in log.splitlines()[-1]


@pytest.fixture
def compare(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Compare a configuration by the program's own code with the proxy that runs."""
    monkeypatch.setitem(os.environ, "LITELLM_MASTER_KEY", proxy.master_key)
    return lambda names: release_program.compare(proxy.url, {"model_list": [{"model_name": name} for name in names]})


def test_a_deployment_that_litellm_leaves_out_is_named(compare: Any, deployed: Deployed):
    config = YAML(typ="safe").load(deployed.configuration)
    names = [model["model_name"] for model in config["model_list"]]
    assert names.count("pair") == 2
    compare(names)
    with pytest.raises(release_program.Failed) as raised:
        compare([*names, "pair", "lost"])
    assert raised.value.args == (4, "LiteLLM leaves deployments of these models out: pair, lost")


@pytest.fixture
def enter(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Enter a team by the program's own code, into the proxy that runs."""
    monkeypatch.setitem(os.environ, "LITELLM_MASTER_KEY", proxy.master_key)
    return lambda team: release_program.enter(proxy.url, team)


def team_info(proxy: Proxy, team: str) -> dict[str, Any]:
    return proxy.get("/team/info", {"team_id": team}).raise_for_status().json()["team_info"]


FULL = {
    **next(team for team in TEAMS if team["team_id"] == "release-research"),
    "team_id": "release-changing",
    "tpm_limit": 1000,
    "model_rpm_limit": {"small": 3},
}


def test_a_repeated_release_changes_nothing(enter: Any, proxy: Proxy):
    team = FULL | {"team_id": "release-repeated"}
    assert enter(team) == "created"
    before = team_info(proxy, "release-repeated")
    assert enter(team) == "unchanged"
    assert team_info(proxy, "release-repeated") == before


def test_a_changed_team_is_changed_and_what_the_file_no_longer_says_is_taken_out(enter: Any, proxy: Proxy):
    assert enter(FULL) == "created"
    first = team_info(proxy, "release-changing")
    assert (first["max_budget"], first["soft_budget"], first["tpm_limit"]) == (100, 80, 1000)
    assert first["metadata"]["model_rpm_limit"] == {"small": 3}
    assert enter(FULL | {"models": ["other"], "model_aliases": {}, "rpm_limit": 9}).startswith("changed model")
    # Below the warning that there was: LiteLLM refuses that in one call.
    less = FULL | {"models": ["other"], "model_aliases": {}, "max_budget": 50, "soft_budget": None, "rpm_limit": None}
    enter(less | {"tpm_limit": None, "model_rpm_limit": {}})
    second = team_info(proxy, "release-changing")
    assert (second["models"], second["max_budget"], second["soft_budget"]) == (["other"], 50, None)
    assert (second["rpm_limit"], second["tpm_limit"]) == (None, None)
    assert not second["metadata"].get("model_rpm_limit")
    assert not json.loads((second["litellm_model_table"] or {}).get("model_aliases") or "{}")
    assert enter(less | {"tpm_limit": None, "model_rpm_limit": {}}) == "unchanged"
    bare = dict.fromkeys(("max_budget", "soft_budget", "budget_duration"))
    enter(less | bare | {"tpm_limit": None, "model_rpm_limit": {}})
    third = team_info(proxy, "release-changing")
    assert (third["max_budget"], third["budget_duration"], third["budget_reset_at"]) == (None, None, None)
