"""The commands: what they print, and their exit codes."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from operations.local.assembly import AssemblyStack, Environment, read_environment
from promotion import smoke as smoke_module
from promotion.__main__ import main
from promotion.errors import PromotionError
from promotion.pipeline import SmokeTest, Stage
from promotion.smoke import smoke
from promotion.synthesized import read_synthesized, waves
from promotion.workflow.actions import ACTIONS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environments: Path) -> Run:
    """`python -m promotion` where the environment files are: exit code, output, errors."""
    monkeypatch.chdir(environments.parent)

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["promotion", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return call


def test_workflows_are_written_where_they_are_wanted(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("workflows", "--out", tmp_path / "workflows")
    assert code == 0
    assert [Path(line).name for line in out.split()] == ["pull-request.yml", "promote.yml", "drift.yml"]
    assert ACTIONS["checkout"].commit in (tmp_path / "workflows" / "promote.yml").read_text()


def test_a_seal_is_verified(run: Run, variants: Path, tmp_path: Path) -> None:
    code, digest, _ = run("seal", variants / "renamed")
    assert (code, len(digest.strip())) == (0, 64)
    assert run("verify", variants / "renamed", "--digest", digest.strip())[0] == 0
    added = variants / "renamed" / "added"
    added.write_text("")
    code, _, err = run("verify", variants / "renamed", "--digest", digest.strip())
    added.unlink()
    assert (code, "added: added" in err) == (1, True)


def test_an_environment_that_is_new_has_nothing_to_upgrade(run: Run, variants: Path, tmp_path: Path) -> None:
    manifest = json.loads((variants / "first" / "manifest.json").read_text())
    del manifest["artifacts"]["assembly-Prod"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    code, out, _ = run("upgrade-test", tmp_path, variants / "first", "prod")
    assert (code, out) == (0, "prod: the previous release has none of it, so there is nothing to upgrade.\n")


def test_the_bootstrap_policy_is_printed_for_each_account(run: Run, variants: Path, tmp_path: Path) -> None:
    code, out, _ = run("bootstrap-policy", variants / "first")
    printed: dict[str, Any] = json.loads(out)
    assert (code, sorted(printed)) == (0, ["111122223333", "222233334444", "333344445555"])
    assert list(printed["111122223333"]) == ["groundwork-deploy-boundary", "groundwork-deploy-1"]
    code, out, _ = run("bootstrap-policy", variants / "first", "prod", "--out", tmp_path)
    assert (code, [file.name for file in tmp_path.iterdir()]) == (0, ["333344445555"])
    assert out.splitlines()[-1].startswith("cdk bootstrap aws://333344445555/us-east-1 ")
    named = re.findall(r"file://(\S+)", out)
    assert all(json.loads(Path(file).read_text())["Version"] == "2012-10-17" for file in named)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["seal", "nowhere"], "nowhere holds no manifest.json"),
        (["bootstrap-policy", "nowhere"], "nowhere holds no environment"),
        (["deploy", "nowhere", "test", "--digest", "a"], "no stage for environment test; it has: dev, staging, prod"),
        (["deploy", "nowhere", "dev", "--digest", "a"], "manifest.json does not exist: synthesize first"),
        (["workflows", "--pipeline", "nowhere.yaml"], "nowhere.yaml does not exist"),
        (["workflows", "--environments", "nowhere"], "nowhere holds no environment file"),
        (["preview", "7", "--out", "out"], "has no previews"),
        (["reap"], "has no previews: there is nothing to reap"),
    ],
)
def test_bad_input_is_one_message(run: Run, arguments: list[str], told: str) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert told in err
    assert "Traceback" not in err


def test_an_assembly_for_another_bootstrap_is_refused(variants: Path) -> None:
    with pytest.raises(PromotionError, match="the pipeline's qualifier is other"):
        read_synthesized(variants / "first", environment="dev", qualifier="other")


def _stack(name: str, region: str, *needs: str, folder: Path) -> AssemblyStack:
    manifest = folder / "manifest.json"
    written = json.loads(manifest.read_text())["artifacts"] if manifest.exists() else {}
    manifest.write_text(json.dumps({"artifacts": {**written, name: {"dependencies": list(needs)}}}))
    return AssemblyStack(
        name=name,
        construct_path=f"Dev/{name}",
        template=folder / f"{name}.template.json",
        metadata=None,
        account="111122223333",
        region=region,
    )


def test_stacks_are_deployed_after_what_they_need_and_by_region(tmp_path: Path) -> None:
    stacks = (
        _stack("Edge", "us-east-1", "Gateway", folder=tmp_path),
        _stack("Gateway", "eu-central-1", "Network", folder=tmp_path),
        _stack("Network", "eu-central-1", folder=tmp_path),
        _stack("Spaces", "eu-central-1", "Edge", folder=tmp_path),
    )
    order = waves(Environment(assembly=tmp_path, stage="Dev", stacks=stacks))
    assert [(wave.region, [stack.name for stack in wave.stacks]) for wave in order] == [
        ("eu-central-1", ["Network", "Gateway"]),
        ("us-east-1", ["Edge"]),
        ("eu-central-1", ["Spaces"]),
    ]


def test_stacks_that_need_each_other_are_refused(tmp_path: Path) -> None:
    stacks = (_stack("A", "us-east-1", "B", folder=tmp_path), _stack("B", "us-east-1", "A", folder=tmp_path))
    with pytest.raises(PromotionError, match="A, B depend on each other"):
        waves(Environment(assembly=tmp_path, stage="Dev", stacks=stacks))


class Api:
    """CloudFormation and CloudWatch of an account where Site has an alarm that rings."""

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        outputs = [{"OutputKey": "Url", "OutputValue": "https://gateway.example.com/"}]
        status = {"Dev-Foundation": "UPDATE_COMPLETE", "Dev-Site": "UPDATE_ROLLBACK_COMPLETE"}[StackName]
        return {"Stacks": [{"StackStatus": status, "Outputs": outputs}]}

    def describe_stack_resource(self, **_: str) -> dict[str, Any]:
        return {"StackResourceDetail": {"PhysicalResourceId": "Dev-Site-Errors"}}

    def describe_alarms(self, *, AlarmNames: list[str]) -> dict[str, Any]:  # noqa: N803
        return {"MetricAlarms": [{"AlarmName": name, "StateValue": "ALARM"} for name in AlarmNames]}


class Reading:
    """An account of which only this is read."""

    def reader(self, _service: str, _region: str) -> Api:
        return Api()


def _smoke(variants: Path, monkeypatch: pytest.MonkeyPatch, stage: Stage, status: int) -> dict[str, tuple[bool, str]]:
    monkeypatch.setattr(
        smoke_module.httpx, "get", lambda url, **_: httpx.Response(status, request=httpx.Request("GET", url))
    )
    dev = read_environment(assembly=variants / "first", name="dev")
    return {o.subject: (o.passed, o.found) for o in smoke(dev, Reading(), stage=stage, timeout=0)}  # type: ignore[arg-type]


def test_a_smoke_test_looks_at_stacks_alarms_and_pages(variants: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = (SmokeTest(stack="Site", output="Url", path="/health"), SmokeTest(stack="Site", output="Gone"))
    found = _smoke(variants, monkeypatch, Stage(environment="dev", smoke=pages), 200)
    assert found == {
        "Dev-Foundation": (True, "UPDATE_COMPLETE"),
        "Dev-Site": (False, "UPDATE_ROLLBACK_COMPLETE"),
        "alarm Dev-Site-Errors": (False, "ALARM"),
        "https://gateway.example.com/health": (True, "200"),
        "Site.Gone": (False, "no output with an https:// address; outputs: Foundation.Url, Site.Url"),
    }
    found = _smoke(variants, monkeypatch, Stage(environment="dev", smoke=pages[:1]), 503)
    assert found["https://gateway.example.com/health"] == (False, "503")


def test_an_alarm_that_is_none_is_refused_with_those_that_are(variants: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PromotionError, match="Dev has no alarm Site/Erors; there are: Site/Errors"):
        _smoke(variants, monkeypatch, Stage(environment="dev", rollback_alarms=("Site/Erors",)), 200)
