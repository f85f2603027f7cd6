"""The release task, run as its container is: the template's command in the template's environment and role.

One thing is not real: Prisma's migration engine is a binary that is not in the packages, so the command that migrates
is a stand-in, which applies LiteLLM's own migration files with psql.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from groundwork.gateway.team_requests import team_requests
from operations.local.workspace import PROJECT, bare_environment
from tests.gateway_boot.assembly import gateway_section
from tests.gateway_boot.aws import Aws
from tests.gateway_boot.deployed import Deployed
from tests.gateway_boot.installed import program
from tests.gateway_boot.placement import environment_of
from tests.gateway_boot.postgres import run_sql
from tests.gateway_boot.replacements import Loopback

RUN_TIMEOUT = 240
TEAMS_KEY, BROKEN_KEY = "release/teams.json", "release/broken.yaml"
CONFIGURATIONS = {BROKEN_KEY: "model_list: []\nrouter_settings: {routing_strategy: no-such-strategy}\n"}
# A team of these names is nobody else's, in the cache that all proxies share.
TEAMS = [{**team, "team_id": f"release-{team['team_id']}"} for team in team_requests(gateway_section())]
MIGRATE = """
import os, sys
sys.path.insert(0, {project!r})
from tests.gateway_boot.postgres import migrate
print("DISABLE_SCHEMA_UPDATE" in os.environ, os.environ["ENFORCE_PRISMA_MIGRATION_CHECK"])
print(os.environ["LITELLM_PRISMA_MIGRATE_DEPLOY_TIMEOUT"], "seconds")
print("connecting to postgresql://litellm:a-token@127.0.0.1")
print("the master key is", os.environ["LITELLM_MASTER_KEY"])
print(migrate({url!r}), "migrations")
"""


class Release:
    """What a release task has, and how it is run."""

    def __init__(self, *, deployed: Deployed, loopback: Loopback, aws: Aws, folder: Path, postgres_url: str) -> None:
        self.folder, self._task = folder, deployed.release
        self._environment = environment_of(deployed.release, replace(loopback, credentials=self._credentials(aws)))
        self.bucket = self._task.environment["LITELLM_CONFIG_BUCKET_NAME"]
        run_sql(postgres_url, 'CREATE DATABASE "release" OWNER "litellm"')
        self.database = f"{postgres_url.rpartition('/')[0].replace('gateway', 'litellm')}/release"
        aws.store(self.bucket, TEAMS_KEY, json.dumps(TEAMS))
        for key, text in CONFIGURATIONS.items():
            aws.store(self.bucket, key, text)

    def _credentials(self, aws: Aws) -> Mapping[str, str]:
        """What the release's role may do, and read the objects of this test beside its own."""
        bucket = self._task.environment["LITELLM_CONFIG_BUCKET_NAME"]
        objects = [f"arn:aws:s3:::{bucket}/{key}" for key in (TEAMS_KEY, *CONFIGURATIONS)]
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects}
        policy = {**self._task.policy, "Statement": [*self._task.policy["Statement"], statement]}
        return aws.task_credentials("gateway-release", policy)

    def begin(self, name: str, *, migrate: str, teams: str = TEAMS_KEY, **more: str) -> "subprocess.Popen[str]":
        """Start the container's command in its environment, with another migration and other teams."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        text, *options = self._task.command
        given = dict(zip(options[::2], options[1::2], strict=True))
        serve = given["--serve"].replace("litellm", program("litellm"), 1)
        given |= {"--migrate": migrate, "--serve": serve, "--teams": f"s3://{self.bucket}/{teams}"}
        return subprocess.Popen(
            [program("python"), "-u", "-c", text, *(part for option in given.items() for part in option)],
            cwd=folder,
            env={
                **bare_environment(),
                "HOME": str(folder),
                "TMPDIR": str(folder),
                **self._environment(folder),
                "DATABASE_NAME": "release",
                **more,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, name: str, *, migrate: str, **more: str) -> tuple[int, str]:
        """Run it to its end; exit code and log."""
        with self.begin(name, migrate=migrate, **more) as process:
            try:
                log, _ = process.communicate(timeout=RUN_TIMEOUT)
            finally:
                process.kill()
        return process.returncode, log

    def migration(self) -> str:
        """The stand-in's command."""
        file = self.folder / "migrate.py"
        file.write_text(MIGRATE.format(project=str(PROJECT), url=self.database))
        return f"{sys.executable} {file}"
