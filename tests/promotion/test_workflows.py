"""What is rendered for GitHub: valid, pinned, and with no more rights than a job needs.

`github-workflow.json` is SchemaStore's (https://json.schemastore.org/github-workflow.json, Apache-2.0), as
check-jsonschema 0.39.0 carries it.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from operations.local.workspace import PROJECT, node
from promotion.options import Plan
from promotion.pipeline import Previews
from promotion.workflow.actions import ACTIONS
from promotion.workflow.render import render

SCHEMA = json.loads(Path(__file__).with_name("github-workflow.json").read_text())
ACTIONLINT = PROJECT / "tests" / "node" / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"


@pytest.fixture(scope="session")
def everything(plan: Plan) -> dict[str, str]:
    """All workflows, previews as well."""
    pipeline = plan.pipeline.model_copy(update={"previews": Previews(environment="dev")})
    return render(Plan(environments=plan.environments, pipeline=pipeline))


@pytest.fixture(scope="session")
def parsed(everything: dict[str, str]) -> dict[str, Any]:
    return {name: YAML(typ="safe").load(text) for name, text in everything.items()}


def _jobs(parsed: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(name, job, body) for name, file in parsed.items() for job, body in file["jobs"].items()]


def test_every_workflow_follows_githubs_schema(parsed: dict[str, Any]) -> None:
    assert sorted(parsed) == ["drift.yml", "preview.yml", "promote.yml", "pull-request.yml"]
    validator = jsonschema.Draft7Validator(SCHEMA)
    wrong = {name: [error.message for error in validator.iter_errors(file)] for name, file in parsed.items()}
    assert not any(wrong.values()), wrong
    broken = {**parsed["drift.yml"], "jobs": {"a": {"steps": [{"uses": 1}]}}}
    assert not validator.is_valid(broken)


def test_actionlint_finds_nothing(everything: dict[str, str], tmp_path: Path) -> None:
    bad = {"drift.yml": everything["drift.yml"].replace("github.run_id", "github.nope")}
    for folder, files in (("good", everything), ("bad", bad)):
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text)
    good, wrong = (
        subprocess.run(
            [str(node()), str(ACTIONLINT), f"{folder}/*.yml"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        for folder in ("good", "bad")
    )
    assert f"Checking {len(everything)} workflow file(s)" in good.stdout
    assert good.returncode == 0, good.stdout
    assert 'property "nope" is not defined' in wrong.stdout
    assert wrong.returncode == 1


def test_every_action_is_pinned_to_a_commit_with_its_version(everything: dict[str, str]) -> None:
    used = [line.split("uses: ")[1] for text in everything.values() for line in text.splitlines() if "uses: " in line]
    assert len(used) > 20
    assert {line for line in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+)*", line)} == set()
    assert set(used) == {action.uses for action in ACTIONS.values()}
    assert all(re.fullmatch(r"[\w-]+/[\w.-]+ \.github/workflows/\S+ [0-9a-f]{12}", a.source) for a in ACTIONS.values())


def test_nothing_is_granted_but_reading_and_roles(parsed: dict[str, Any]) -> None:
    assert all(file["permissions"] == {"contents": "read"} for file in parsed.values())
    for name, job, body in _jobs(parsed):
        takes_a_role = any("configure-aws-credentials" in step.get("uses", "") for step in body["steps"])
        granted = set(body.get("permissions", {}).items()) - {("contents", "read"), ("actions", "read")}
        assert granted == ({("id-token", "write")} if takes_a_role else set()), f"{name}: {job}"


def test_no_job_reads_a_secret_or_runs_what_strangers_wrote(everything: dict[str, str], parsed: dict[str, Any]) -> None:
    for name, text in everything.items():
        assert "secrets." not in text, name
        assert "pull_request_target" not in text, name
    for name, job, body in _jobs(parsed):
        for step in body["steps"]:
            assert "${{" not in step.get("run", ""), (
                f"{name}: {job}: an expression in shell is text of others in a program"
            )
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


def test_code_of_a_fork_gets_no_role(parsed: dict[str, Any]) -> None:
    for name in ("pull-request.yml", "preview.yml"):
        for job, body in parsed[name]["jobs"].items():
            if "id-token" in body.get("permissions", {}) and "schedule" not in body["if"]:
                assert "head.repo.full_name == github.repository" in body["if"], job


def test_a_pull_request_compares_only_where_it_may_and_never_deploys(parsed: dict[str, Any]) -> None:
    jobs = parsed["pull-request.yml"]["jobs"]
    assert sorted(jobs) == ["assembly", "check", "dev-compare"]
    roles = [
        step["with"]["role-to-assume"]
        for step in jobs["dev-compare"]["steps"]
        if "role-to-assume" in step.get("with", {})
    ]
    assert roles == ["arn:aws:iam::111122223333:role/groundwork-github-dev-review"]


def test_each_environment_is_deployed_after_its_review_and_the_one_before(parsed: dict[str, Any]) -> None:
    jobs = parsed["promote.yml"]["jobs"]
    needs = {name: job.get("needs") for name, job in jobs.items()}
    assert needs == {
        "check": None,
        "assembly": "check",
        "upgrade": "assembly",
        "dev-review": ["assembly", "upgrade"],
        "dev-deploy": ["assembly", "dev-review"],
        "staging-review": ["assembly", "dev-deploy"],
        "staging-deploy": ["assembly", "staging-review"],
        "prod-review": ["assembly", "staging-deploy"],
        "prod-deploy": ["assembly", "prod-review"],
    }
    assert {name: job["environment"] for name, job in jobs.items() if "environment" in job} == {
        f"{environment}{end}": f"{environment}{name}"
        for environment in ("dev", "staging", "prod")
        for end, name in (("-review", "-review"), ("-deploy", ""))
    }


def test_the_assembly_is_synthesized_once(everything: dict[str, str]) -> None:
    assert everything["promote.yml"].count("make synth") == 1


def test_deployments_wait_for_each_other_and_no_job_runs_for_ever(parsed: dict[str, Any]) -> None:
    assert parsed["promote.yml"]["concurrency"] == {"group": "promote", "cancel-in-progress": False}
    assert all(isinstance(body["timeout-minutes"], int) for _, _, body in _jobs(parsed))
    # The alarms of production are watched for a quarter of an hour after each stack, four at once.
    assert parsed["promote.yml"]["jobs"]["prod-deploy"]["timeout-minutes"] == 240


def test_drift_is_looked_for_as_the_role_that_can_only_read(parsed: dict[str, Any]) -> None:
    steps = parsed["drift.yml"]["jobs"]["prod"]["steps"]
    roles = [step["with"]["role-to-assume"] for step in steps if "role-to-assume" in step.get("with", {})]
    assert [role.rpartition("/")[2] for role in roles] == [
        "groundwork-github-prod-review",
        "cdk-groundwork-lookup-role-333344445555-us-east-1",
    ]


def test_the_make_targets_of_the_steps_exist(everything: dict[str, str]) -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", "\n".join(everything.values())))
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert {"install", "lint", "test", "synth", "install-engine"} <= named <= targets
