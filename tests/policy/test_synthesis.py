"""Synthesis as a user runs it: it passes every check, needs no network, and gives the same bytes each time."""

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def files(assembly: Path) -> dict[str, bytes]:
    return {str(p.relative_to(assembly)): p.read_bytes() for p in sorted(assembly.rglob("*")) if p.is_file()}


def test_every_shipped_environment_passes_every_check(checked_assembly: Path) -> None:
    report = json.loads((checked_assembly / "validation-report.json").read_text())
    open_findings = {p["pluginName"]: p["violations"] for p in report["pluginReports"] if p["violations"]}
    assert open_findings == {}


def test_all_packs_looked_at_the_environments(checked_assembly: Path) -> None:
    report = json.loads((checked_assembly / "validation-report.json").read_text())
    acknowledged = {p["pluginName"] for p in report["pluginReports"] if p.get("suppressedViolations")}
    assert acknowledged == {
        "AwsSolutions",
        "NIST.800.53.R5",
        "HIPAA.Security",
        "PCI.DSS.321",
        "Serverless",
        "Groundwork",
    }


def test_every_acknowledgment_says_why(checked_assembly: Path) -> None:
    report = json.loads((checked_assembly / "validation-report.json").read_text())
    found = [v for p in report["pluginReports"] for v in p.get("suppressedViolations", [])]
    assert found
    for finding in found:
        assert len(finding["reason"]) > 40
        assert "::" in finding["acknowledgedId"]


def test_a_second_synthesis_gives_the_same_bytes_and_needs_no_network(
    run_app, all_environments: Path, checked_assembly: Path, tmp_path: Path
) -> None:
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no unshare to take the network away with")
    # A network namespace of its own has not even a loopback device that is up.
    without_network = (unshare, "--map-root-user", "--net")
    result = run_app(all_environments, tmp_path, *without_network)
    if "unshare failed" in result.stderr or "Operation not permitted" in result.stderr:
        pytest.skip(f"the kernel does not let this user make a namespace: {result.stderr.strip()}")
    assert result.returncode == 0, result.stderr
    first, second = files(checked_assembly), files(tmp_path)
    # The report names the paths of the run; everything that is deployed is compared.
    assert {**first, "validation-report.json": b""} == {**second, "validation-report.json": b""}
    assert "manifest.json" in first


def test_a_refused_file_ends_the_synthesis_with_its_mistakes_and_no_trace(run_app, tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "dev.yaml").write_text((ROOT / "environments/dev.yaml").read_text().replace("nat: one", "nat: two"))
    result = run_app(folder, tmp_path / "out")
    assert result.returncode == 1
    assert "network.vpc.nat: 'two': not one of the choices" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out/manifest.json").exists()
