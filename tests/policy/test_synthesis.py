"""Synthesis as a user runs it: it passes every check, needs no network, and gives the same bytes each time."""

import json
import shutil
from pathlib import Path

from rules.report import REPORT
from tests.app_run import run_app
from tests.conftest import SAID, synthesize
from tests.policy.review import fails_on

ROOT = Path(__file__).parents[2]


OF_THE_WHOLE = {"manifest.json", "tree.json", REPORT}
"""What lists all environments, or what the checks say, which that synthesis goes without."""


def files(assembly: Path) -> dict[str, bytes]:
    """Every file by its name, but for what a deployment leaves beside them: the archives of assets."""
    found = (p for p in sorted(assembly.rglob("*")) if p.is_file() and ".cache" not in p.parts)
    return {str(p.relative_to(assembly)): p.read_bytes() for p in found}


def test_every_shipped_environment_passes_every_check(assembly: Path) -> None:
    code, _, said = (assembly / SAID).read_text().partition("\n")
    assert code == "0", said
    report = json.loads((assembly / REPORT).read_text())
    open_findings = {
        (violation["ruleName"], place["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for place in violation["violatingConstructs"]
    }
    # Said to whoever synthesizes them: behind CloudFront, an answer of 600 s must be streamed; an example cannot
    # know which versions of add-ons EKS has on the day that somebody deploys it, nor whose account has labelled before.
    silent, unpinned = "Annotation::Groundwork:OriginReadTimeOut", "Annotation::Groundwork:AddonVersions"
    closed = "Annotation::Groundwork:GroundTruthIsClosed"
    assert open_findings == {
        (silent, "GatewayTrial/Edge"),
        (silent, "GatewayEdge/Edge"),
        (unpinned, "Partitions/Cluster"),
        (closed, "Labeling/Labeling"),
    }


def test_a_review_of_every_shipped_environment_fails_on_nothing(assembly: Path) -> None:
    assert fails_on(assembly) == []


def test_all_packs_looked_at_the_environments(assembly: Path) -> None:
    report = json.loads((assembly / REPORT).read_text())
    acknowledged = {p["pluginName"] for p in report["pluginReports"] if p.get("suppressedViolations")}
    assert acknowledged == {
        "AwsSolutions",
        "NIST.800.53.R5",
        "HIPAA.Security",
        "PCI.DSS.321",
        "Serverless",
        "Groundwork",
    }


def test_every_acknowledgment_says_why(assembly: Path) -> None:
    report = json.loads((assembly / REPORT).read_text())
    found = [v for p in report["pluginReports"] for v in p.get("suppressedViolations", [])]
    assert found
    for finding in found:
        assert len(finding["reason"]) > 40
        assert "::" in finding["acknowledgedId"]


def test_another_synthesis_gives_the_same_bytes(assembly: Path, tmp_path: Path) -> None:
    folder, own = tmp_path / "environments", tmp_path / "assembly"
    folder.mkdir()
    for example in ("cluster-partitions", "endpoints", "gateway-domain"):  # between them, every section
        shutil.copy(ROOT / f"environments/examples/{example}.yaml", folder)
    again = {n: b for n, b in files(synthesize(folder, own)).items() if n not in OF_THE_WHOLE}
    assert {name.split("/")[0] for name in again} >= {
        "assembly-Partitions",
        "assembly-Endpoints",
        "assembly-GatewayEdge",
    }
    once = files(assembly)
    assert [name for name, content in again.items() if once.get(name) != content] == []


def test_a_refused_file_ends_the_synthesis_with_its_mistakes_and_no_trace(tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "dev.yaml").write_text((ROOT / "environments/dev.yaml").read_text().replace("nat: one", "nat: two"))
    result = run_app(folder, tmp_path / "out")
    assert result.returncode == 1
    assert "network.vpc.nat: 'two': not one of the choices" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out/manifest.json").exists()
