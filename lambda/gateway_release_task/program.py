"""Runs in LiteLLM's container before a release: migrates, proves the start, enters the teams.

Handed over as text, with the libraries that LiteLLM brings. Exit codes: 2 file, 3 migration, 4 start, 5 teams.
"""

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
from collections import Counter
from collections.abc import Generator
from typing import IO, Any
from urllib.parse import urlsplit

import httpx

FILE, MIGRATION, START, TEAMS = 2, 3, 4, 5
MIGRATION_SECONDS, START_SECONDS, CALL_SECONDS, STOP_SECONDS = 1800, 300, 30, 20
LINES, WIDTH = 25, 300
CONFIGURATION = "s3://{LITELLM_CONFIG_BUCKET_NAME}/{LITELLM_CONFIG_BUCKET_OBJECT_KEY}"
SECRETS: list[str] = []
CLIENT = httpx.Client(timeout=CALL_SECONDS, trust_env=False)
Process = subprocess.Popen[bytes]


class Failed(Exception):  # noqa: N818
    """Ends the program: code, reason."""


def say(step: str, text: str) -> None:
    """Write a line to the log: no secret, not too long."""
    for value in filter(None, map(os.environ.get, SECRETS)):
        text = text.replace(value, "(secret)")
    text = re.sub(r"://[^@/\s]+@", "://(secret)@", text)
    print(f"{step}: {text[:WIDTH]}", flush=True)


def say_end(step: str, output: IO[bytes]) -> str:
    """Write the end of an output to the log; all of it."""
    output.seek(0)
    text = output.read().decode(errors="replace")
    for line in [line.rstrip() for line in text.splitlines() if line.strip()][-LINES:]:
        say(step, f"| {line}")
    return text


@contextlib.contextmanager
def running(command: list[str], output: IO[bytes], environment: dict[str, str]) -> Generator[Process]:
    """A command that ends with the block, as all that it started."""
    files: Any = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
    process = Process(command, env=environment, start_new_session=True, **files)
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


def read(url: str) -> str:
    """A file of the deployment."""
    place: Any = urlsplit(url)
    try:
        s3 = importlib.import_module("boto3").client("s3", region_name=os.environ["AWS_REGION_NAME"])
        return s3.get_object(Bucket=place.netloc, Key=place.path[1:])["Body"].read().decode()
    except Exception as error:
        raise Failed(FILE, f"{url} cannot be read: {error}") from error


def migrate(command: list[str]) -> None:
    """Bring the database to the version of this image."""
    limit = {"LITELLM_PRISMA_MIGRATE_DEPLOY_TIMEOUT": str(MIGRATION_SECONDS - 60)}
    environment = os.environ | limit | {"ENFORCE_PRISMA_MIGRATION_CHECK": "true"}
    environment.pop("DISABLE_SCHEMA_UPDATE", None)
    with tempfile.TemporaryFile() as output:
        with running(command, output, environment) as process:
            try:
                code = process.wait(MIGRATION_SECONDS)
            except subprocess.TimeoutExpired:
                code = f"none after {MIGRATION_SECONDS} s"
        text = say_end("migrate", output)
    # Without Prisma, LiteLLM says this and ends well.
    if code != 0 or "Unable to connect to DB" in text:
        raise Failed(MIGRATION, f"the migration of the database failed, exit code {code}")


@contextlib.contextmanager
def serving(command: list[str]) -> Generator[str]:
    """LiteLLM on loopback; its URL when it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DISABLE_SCHEMA_UPDATE": "true"}
    arguments = [*command, "--host", "127.0.0.1", "--port", str(port)]
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
    with tempfile.TemporaryFile() as output, running(arguments, output, environment) as process:
        while not ready(url):
            code = process.poll()
            if code is not None or time.monotonic() > deadline:
                say_end("start", output)
                why = "not ready in time" if code is None else f"exit code {code}"
                raise Failed(START, f"LiteLLM does not start with this configuration: {why}")
            time.sleep(0.5)
        yield url


def ready(url: str) -> bool:
    """Whether it would be sent requests, and has its database."""
    with contextlib.suppress(httpx.HTTPError, ValueError):
        return CLIENT.get(f"{url}/health/readiness").json().get("db") == "connected"
    return False


def compare(url: str, config: Any) -> None:
    """LiteLLM starts without those deployments that it does not understand."""
    lost = Counter(each["model_name"] for each in config["model_list"])
    lost.subtract(each["model_name"] for each in call(f"{url}/v1/model/info")["data"])
    if names := ", ".join(+lost):
        raise Failed(START, f"LiteLLM leaves deployments of these models out: {names}")


def call(url: str, body: dict[str, Any] | None = None, **query: str) -> Any:
    """Call LiteLLM with the master key; None where there is no such thing."""
    headers, path = {"Authorization": f"Bearer {os.environ['LITELLM_MASTER_KEY']}"}, urlsplit(url).path
    try:
        answer = CLIENT.request("POST" if body else "GET", url, json=body, params=query, headers=headers)
    except httpx.HTTPError as error:
        raise Failed(TEAMS, f"{path}: {error}") from error
    if answer.status_code == 404 and not body:
        return None
    if answer.is_error:
        raise Failed(TEAMS, f"{path} answers {answer.status_code}: {answer.text}")
    return answer.json()


def enter(url: str, team: dict[str, Any]) -> str:
    """Make the team as the file says; what was done."""
    name: str = team["team_id"]
    answer = call(f"{url}/team/info", team_id=name)
    if answer is None:
        call(f"{url}/team/new", team)
        return "created"
    info: Any = answer["team_info"]
    none: dict[str, Any] = {}
    table, metadata = info.get("litellm_model_table") or none, info.get("metadata") or none
    aliases = table.get("model_aliases") or none
    there = {
        **info,
        "model_aliases": json.loads(aliases) if isinstance(aliases, str) else aliases,
        **{field: metadata.get(field) or none for field in ("model_rpm_limit", "model_tpm_limit")},
    }
    # A budget's period begins anew when it is sent, so what is the same is not.
    changed = {field: value for field, value in team.items() if there.get(field) != value}
    if not changed:
        return "unchanged"
    if changed.get("soft_budget", 0) is None:
        # LiteLLM compares a new max_budget with the old soft_budget, which the call may clear.
        call(f"{url}/team/update", {"team_id": name, "soft_budget": None})
    call(f"{url}/team/update", {"team_id": name, **changed})
    return f"changed {', '.join(sorted(changed))}"


def main() -> int:
    """Do all of it, in order."""
    given = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    SECRETS.extend(given["--secrets"].split(","))
    # A signal ends the first process of a container only if it is handled.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        teams = json.loads(read(given["--teams"]))
        config = importlib.import_module("yaml").safe_load(read(CONFIGURATION.format_map(os.environ)))
        migrate(shlex.split(given["--migrate"]))
        say("migrate", "done")
        with serving(shlex.split(given["--serve"])) as url:
            compare(url, config)
            say("start", "done")
            for team in teams:
                say("teams", f"{team['team_id']}: {enter(url, team)}")
    except Failed as failure:
        say("failed", failure.args[1])
        return failure.args[0]
    say("done", f"{len(teams)} teams")
    return 0


if __name__ == "__main__":
    sys.exit(main())
