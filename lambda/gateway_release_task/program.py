"""Runs in LiteLLM's container before a release: migrates, proves the start, enters the teams.

It is handed over as text: one file, of the standard library and boto3.
Exit codes: 2 the file of the teams, 3 the migration, 4 the start, 5 the teams.
"""

import argparse
import contextlib
import importlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Generator
from http.client import HTTPException
from typing import IO, Any

FILE, MIGRATION, START, TEAMS = 2, 3, 4, 5
MIGRATION_SECONDS, START_SECONDS, CALL_SECONDS, STOP_SECONDS = 1800, 300, 30, 20
LINES, WIDTH = 25, 300
SECRETS: list[str] = []
IN_METADATA = ("model_rpm_limit", "model_tpm_limit")
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Failed(Exception):  # noqa: N818
    """Ends the program with its code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def say(step: str, text: str) -> None:
    """Write a line to the log: no secret, not too long."""
    for value in filter(None, map(os.environ.get, SECRETS)):
        text = text.replace(value, "(secret)")
    text = re.sub(r"://[^@/\s]+@", "://(secret)@", text)
    print(f"{step}: {text[:WIDTH]}", flush=True)


def say_end(step: str, output: IO[bytes]) -> None:
    """Write the end of a command's output to the log."""
    output.seek(0)
    for line in output.read().decode(errors="replace").strip().splitlines()[-LINES:]:
        if line.strip():
            say(step, f"| {line.rstrip()}")


def begin(command: list[str], output: IO[bytes], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start a command in a group of its own."""
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def end(process: "subprocess.Popen[bytes]") -> None:
    """End it, and all that it started."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_SECONDS)


def read_teams(url: str) -> list[dict[str, Any]]:
    """The teams of the environment file."""
    boto3: Any = importlib.import_module("boto3")
    place = urllib.parse.urlsplit(url)
    try:
        s3 = boto3.client("s3", region_name=os.environ["AWS_REGION_NAME"])
        return json.loads(s3.get_object(Bucket=place.netloc, Key=place.path[1:])["Body"].read())
    except Exception as error:
        raise Failed(FILE, f"{url} cannot be read: {error}") from error


def migrate(command: list[str]) -> None:
    """Bring the database to the version of this image."""
    environment = {**os.environ, "ENFORCE_PRISMA_MIGRATION_CHECK": "true"}
    environment.pop("DISABLE_SCHEMA_UPDATE", None)
    with tempfile.TemporaryFile() as output:
        process = begin(command, output, environment)
        try:
            code = process.wait(MIGRATION_SECONDS)
        except subprocess.TimeoutExpired:
            code = f"none after {MIGRATION_SECONDS} s"
        finally:
            end(process)
        say_end("migrate", output)
        if code != 0:
            raise Failed(MIGRATION, f"the migration of the database failed, exit code {code}")


@contextlib.contextmanager
def serving(command: list[str]) -> Generator[str]:
    """Start LiteLLM on loopback; its URL when it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DISABLE_SCHEMA_UPDATE": "true"}
    with tempfile.TemporaryFile() as output:
        process = begin([*command, "--host", "127.0.0.1", "--port", str(port)], output, environment)
        try:
            url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
            while not ready(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    say_end("start", output)
                    late = f"it is not ready after {START_SECONDS} s"
                    why = late if process.poll() is None else f"it ended with exit code {process.returncode}"
                    raise Failed(START, f"LiteLLM does not start with this configuration: {why}")
                time.sleep(0.5)
            yield url
        finally:
            end(process)


def ready(url: str) -> bool:
    """Whether it would be sent requests."""
    with (
        contextlib.suppress(OSError, HTTPException),
        OPENER.open(f"{url}/health/readiness", timeout=CALL_SECONDS) as answer,
    ):
        return answer.status == 200
    return False


def call(url: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Call LiteLLM's API with the master key; None where there is no such thing."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {os.environ['LITELLM_MASTER_KEY']}", "Content-Type": "application/json"}
    try:
        with OPENER.open(urllib.request.Request(url, data, headers), timeout=CALL_SECONDS) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404 and body is None:
            return None
        text = error.read().decode(errors="replace")
        raise Failed(TEAMS, f"{urllib.parse.urlsplit(url).path} answers {error.code}: {text}") from error
    except OSError as error:
        raise Failed(TEAMS, f"{urllib.parse.urlsplit(url).path}: {error}") from error


def enter(url: str, team: dict[str, Any]) -> str:
    """Make the team as the file says; what was done."""
    name = team["team_id"]
    answer = call(f"{url}/team/info?{urllib.parse.urlencode({'team_id': name})}")
    if answer is None:
        call(f"{url}/team/new", team)
        return "created"
    info: Any = answer["team_info"]
    table: Any = info.get("litellm_model_table") or {}
    aliases: Any = table.get("model_aliases") or {}
    metadata: Any = info.get("metadata") or {}
    there: dict[str, Any] = {
        **info,
        "model_aliases": json.loads(aliases) if isinstance(aliases, str) else aliases,
        **{field: metadata.get(field) or {} for field in IN_METADATA},
    }
    # A budget's period begins anew when it is sent, so what is the same is not.
    changed = {field: value for field, value in team.items() if there.get(field) != value}
    if not changed:
        return "unchanged"
    if changed.get("soft_budget", 0) is None:
        # LiteLLM compares a new max_budget with the soft_budget that is there, also when the same call clears it.
        call(f"{url}/team/update", {"team_id": name, "soft_budget": None})
    call(f"{url}/team/update", {"team_id": name, **changed})
    return f"changed {', '.join(sorted(changed))}"


def stop(*_: object) -> None:
    """End the program, and with it what it started."""
    sys.exit(143)


def main() -> int:
    """Do all of it, in order."""
    options = argparse.ArgumentParser()
    for name in ("--migrate", "--serve", "--teams"):
        options.add_argument(name, required=True)
    options.add_argument("--secrets", default="")
    given = options.parse_args()
    SECRETS.extend(given.secrets.split(","))
    # The first process of a container is not ended by a signal that it does not handle.
    signal.signal(signal.SIGTERM, stop)
    try:
        teams = read_teams(given.teams)
        migrate(shlex.split(given.migrate))
        say("migrate", "done")
        with serving(shlex.split(given.serve)) as url:
            say("start", "done")
            for team in teams:
                say("teams", f"{team['team_id']}: {enter(url, team)}")
    except Failed as failure:
        say("failed", str(failure))
        return failure.code
    say("done", f"{len(teams)} teams")
    return 0


if __name__ == "__main__":
    sys.exit(main())
