"""The shell of the workflows' steps, run on the embedded engine in the order of the jobs."""

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from operations.local.assembly import read_environment
from operations.local.running_engine import RunningEngine
from promotion.seal import seal, seal_of
from promotion.upgrade import upgrade_on
from promotion.workflow.steps import EVERY
from tests.promotion.runner import Runner, steps_of

Machine = Callable[[Path], dict[str, str]]
SEALED = "Seal the assembly"
UNPACK = "Unpack and verify the assembly"
DEPLOY, SMOKE = "Deploy to dev", "Smoke test"
UPGRADE = "Upgrade dev from the previous release"
REVIEW, COMPARE = "Review what dev would become", "Compare with what is deployed"


class Promotion:
    """One run of the workflow: jobs on machines of their own, with the artifact handed on."""

    def __init__(self, root: Path, workflow: str, machine: Machine, environments: Path) -> None:
        self.root, self.workflow, self._machine, self._environments = root, workflow, machine, environments
        self.values = {"inputs.accept": ""}

    def job(self, name: str) -> tuple[Runner, dict[str, dict]]:
        """A fresh machine with the repository's environment files, and the artifact where one was uploaded."""
        folder = self.root / name
        folder.mkdir()
        (folder / "environments").symlink_to(self._environments)
        if (artifact := self.root / "assembly.tar").exists():
            shutil.copy(artifact, folder)
        runner = Runner(folder=folder, environment=self._machine(self.root / "home"), values=self.values)
        return runner, steps_of(self.workflow, name)

    def seal(self, assembly: Path) -> None:
        """The job `assembly`, for an assembly that is synthesized already."""
        runner, steps = self.job("assembly")
        shutil.copytree(assembly, runner.folder / "cdk.out", symlinks=True)
        result = runner.run(steps[SEALED])
        assert result.returncode == 0, result.stderr
        self.values["needs.assembly.outputs.digest"] = runner.outputs["digest"]
        shutil.copy(runner.folder / "assembly.tar", self.root)

    def sealed(self, assembly: Path) -> None:
        """The same without its shell, which one test has run."""
        shutil.copytree(assembly, self.assembly, symlinks=True)
        self.values["needs.assembly.outputs.digest"] = seal(self.assembly)
        self.pack()

    @property
    def assembly(self) -> Path:
        """What `sealed` has copied."""
        return self.root / "cdk.out"

    def pack(self) -> None:
        """Upload it, whatever became of it since."""
        with tarfile.open(self.root / "assembly.tar", "w") as archive:
            for path in (self.assembly, seal_of(self.assembly)):
                archive.add(path, path.name)

    def again(self, job: str, name: str) -> tuple[int, str]:
        """Run one step more on the machine of a job."""
        runner = Runner(folder=self.root / job, environment=self._machine(self.root / "home"), values=self.values)
        result = runner.run(steps_of(self.workflow, job)[name])
        return result.returncode, result.stdout + result.stderr

    def run(self, job: str, *names: str) -> tuple[int, str]:
        """Run the named steps of a job until one fails: the last exit code, and all that was said."""
        runner, steps = self.job(job)
        said, code = "", 0
        for name in names:
            result = runner.run(steps[name])
            said, code = said + result.stdout + result.stderr, result.returncode
            if code:
                break
        return code, said


@pytest.fixture
def promotion(tmp_path: Path, workflows: dict[str, str], machine: Machine, environments: Path) -> Promotion:
    return Promotion(tmp_path, workflows["promote.yml"], machine, environments)


def test_an_assembly_goes_through_an_environment_and_a_lossy_one_is_stopped(
    promotion: Promotion,
    variants: Path,
    tmp_path: Path,
    workflows: dict[str, str],
    machine: Machine,
    environments: Path,
    engine: RunningEngine,
) -> None:
    promotion.seal(variants / "first")
    code, said = promotion.run("dev-deploy", UNPACK, DEPLOY, SMOKE)
    assert code == 0, said
    # No alarm exists before the first deployment.
    assert "--rollback-trigger-alarm-arns none" in said
    assert said.count("CREATE_COMPLETE") >= 2
    assert "alarm Dev-Site-Errors" in said

    (tmp_path / "next").mkdir()
    after = Promotion(tmp_path / "next", workflows["promote.yml"], machine, environments)
    after.sealed(variants / "replaced")
    code, said = after.run("dev-review", UNPACK, REVIEW)
    assert "2 of 2 stacks are deployed: Dev-Foundation, Dev-Site" in said
    assert "A resource with state would be replaced or deleted." in said
    assert code != 0, "a stateful replacement has to stop the promotion"
    code, said = after.again("dev-review", COMPARE)
    assert "requires replacement" in said
    assert code == 1

    releases = [read_environment(assembly=variants / variant, name="dev") for variant in ("first", "replaced")]
    (lost,) = upgrade_on(engine, *releases, timeout=60)
    assert lost.type == "AWS::SQS::Queue"
    assert lost.before
    assert lost.after != lost.before


@pytest.mark.parametrize(
    ("job", "step", "command"), [("upgrade", UPGRADE, "upgrade-test"), ("dev-review", REVIEW, "review")]
)
@pytest.mark.parametrize(
    ("accept", "it_says", "stops"),
    [("", 3, True), ("staging", 3, True), ("dev", 3, False), (EVERY, 3, False), ("dev", 1, True), ("", 0, False)],
)
def test_a_loss_of_state_goes_on_only_where_it_was_accepted(
    tmp_path: Path,
    workflows: dict[str, str],
    job: str,
    step: str,
    command: str,
    accept: str,
    it_says: int,
    stops: bool,
) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\ncase "$2 $3" in *{command}*) exit {it_says};; esac\nexit 0\n')
    program.chmod(0o755)
    runner = Runner(
        folder=tmp_path, environment={"PATH": f"{tmp_path}:/usr/bin:/bin"}, values={"inputs.accept": accept}
    )
    result = runner.run(steps_of(workflows["promote.yml"], job)[step])
    assert (result.returncode != 0) is stops, result.stderr
    gate = steps_of(workflows["promote.yml"], "dev-review")[COMPARE]["env"]["FAIL_ON"]
    assert runner.value(gate) == ("never" if accept in ("dev", EVERY) else "destructive")


def test_a_tampered_assembly_is_refused_before_anybody_takes_a_role(promotion: Promotion, variants: Path) -> None:
    promotion.sealed(variants / "first")
    template = next(promotion.assembly.glob("assembly-Staging/*Site*.template.json"))
    template.write_text(template.read_text().replace("GreaterThan", "LessThan", 1))
    promotion.pack()
    runner, steps = promotion.job("staging-deploy")
    result = runner.run(steps[UNPACK])
    assert result.returncode == 1
    assert f"changed: assembly-Staging/{template.name}" in result.stderr
    names = [*_all_steps(promotion.workflow, "staging-deploy")]
    assert names.index(UNPACK) < next(i for i, name in enumerate(names) if "configure-aws-credentials" in name)


def _all_steps(workflow: str, job: str) -> list[str]:
    parsed = YAML(typ="safe").load(workflow)
    return [step.get("name") or step["uses"] for step in parsed["jobs"][job]["steps"]]
