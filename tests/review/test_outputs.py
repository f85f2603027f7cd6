"""The command and the files that it writes."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from review.__main__ import app
from review.assembly import read_assembly
from review.finding import Finding, Status
from review.linting import start
from review.page.render import render
from review.review import Review
from review.sarif import as_sarif
from review.table import COLUMNS, as_csv
from tests.review.assembly_on_disk import StackOnDisk, plugin, resource, violation, write
from tests.review.conftest import review_of

ROOT = Path(__file__).parents[2]
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REGION = {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}}
ARTIFACT = {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string", "format": "uri-reference"}}}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {"artifactLocation": ARTIFACT, "region": REGION},
        },
        "logicalLocations": {"type": "array", "items": {"required": ["fullyQualifiedName"]}},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {"properties": {"level": LEVEL}},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["message", "ruleId"],
                            "properties": {
                                "message": TEXT,
                                "level": LEVEL,
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "locations": {"type": "array", "items": LOCATION},
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                                "suppressions": {
                                    "items": {
                                        "required": ["kind"],
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                            "justification": {"type": "string"},
                                        },
                                    }
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What sections 3.14 to 3.35 of the standard demand of the parts that the review writes."""


def test_the_csv_has_a_line_for_every_finding(bad_review: Review) -> None:
    findings = bad_review.findings.findings
    rows = list(csv.DictReader(io.StringIO(as_csv(findings))))
    assert list(rows[0]) == COLUMNS
    assert [row["rule"] for row in rows] == [finding.rule for finding in findings]
    expired = next(row for row in rows if row["status"] == "expired")
    assert (expired["owner"], expired["until"]) == ("data@example.com", "2026-06-30")


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@now"])
def test_no_cell_is_a_formula_for_a_spreadsheet(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv([Finding(pack="One", rule="Two", message=text)])))
    assert row["message"] == f"'{text}"


def test_the_sarif_is_as_the_standard_demands(bad_review: Review) -> None:
    written = json.loads(as_sarif(bad_review.findings.findings, bad_review.assembly))
    jsonschema.validate(written, SARIF)
    (run,) = written["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert len(suppressed) == bad_review.findings.counts[Status.ACKNOWLEDGED]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ((), "Nothing is open. 0 findings"),
        (("One", "Two"), "Nothing has to stop. 2 open findings warn only: see which."),
    ],
)
def test_warnings_alone_are_told_as_open_though_they_stop_nothing(
    tmp_path: Path, rules: tuple[str, ...], said: str
) -> None:
    stack = StackOnDisk(resources={"Topic": resource("AWS::SNS::Topic", KmsMasterKeyId="key")})
    warnings = [violation(rule, "One/Topic/Resource", severity="warning") for rule in rules]
    review = review_of(write(tmp_path / "out", {"One": stack}, report=[plugin("AwsSolutions", *warnings)]))
    assert review.exit_code == 0
    (verdict,) = re.findall(r'<p class="verdict.*', render(review, title="One"))
    assert said in re.sub("<[^>]+>", "", verdict)


def test_each_result_has_a_fingerprint_of_its_own_that_others_do_not_change(bad_review: Review) -> None:
    first, second, *_ = bad_review.findings.findings
    again = replace(first, message="Something else of the same rule.")

    def prints(*findings: Finding) -> list[str]:
        (run,) = json.loads(as_sarif(findings, bad_review.assembly))["runs"]
        return [result["partialFingerprints"]["place/v1"] for result in run["results"]]

    assert len(set(prints(first, again, second))) == 3
    assert prints(first, again, second)[::2] == prints(first, second)


def test_a_result_points_at_its_resource_in_the_template(bad_review: Review, bad_assembly: Path) -> None:
    results = json.loads(as_sarif(bad_review.findings.findings, bad_review.assembly))["runs"][0]["results"]
    result = next(result for result in results if result["ruleId"] == "Groundwork::NoOpenSecurityGroup")
    place = result["locations"][0]["physicalLocation"]
    line = (bad_assembly / place["artifactLocation"]["uri"]).read_text().splitlines()[place["region"]["startLine"] - 1]
    assert line.strip() == '"Group": {'


def test_a_finding_leads_to_file_and_line_where_the_assembly_has_stack_traces(tmp_path: Path) -> None:
    found = violation("AwsSolutions-SNS3", "One/Topic/Resource")
    frames = ["...aws-cdk-lib...", "f (/a/site-packages/b.py:1)", f"g ({Path.cwd()}/stacks/one.py:12)", "h (/app.py:3)"]
    found["violatingConstructs"][0]["stackTraces"] = ["\n".join(frames)]
    stack = StackOnDisk(resources={"Topic": resource("AWS::SNS::Topic", KmsMasterKeyId="key")})
    review = review_of(write(tmp_path / "out", {"One": stack}, report=[plugin("AwsSolutions", found)]))
    assert [finding.source for finding in review.failing] == ["stacks/one.py:12"]
    (result,) = json.loads(as_sarif(review.findings.findings, review.assembly))["runs"][0]["results"]
    place = {"artifactLocation": {"uri": "stacks/one.py"}, "region": {"startLine": 12}}
    assert result["locations"][0]["physicalLocation"] == place


def test_the_command_writes_everything_and_tells_what_fails(
    bad_assembly: Path, base_assembly: Path, tmp_path: Path
) -> None:
    given = [bad_assembly, "--base", base_assembly, "--out", tmp_path, "--no-lint", "--today", "2026-11-23"]
    result = CliRunner().invoke(app, [str(argument) for argument in given])
    assert result.exit_code == 3
    assert "A resource with state would be replaced or deleted." in result.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"review.html", "findings.csv", "findings.sarif"}
    assert "Do not deploy:" in (tmp_path / "review.html").read_text()


def test_nothing_below_starts_node_or_reads_a_construct() -> None:
    sources = [*ROOT.glob("review/**/*.py")]
    assert len(sources) > 20
    imported = {name for file in sources for name in re.findall(r"^\s*(?:from|import) (\w+)", file.read_text(), re.M)}
    assert imported.isdisjoint({"aws_cdk", "jsii", "groundwork", "stacks", "app", "boto3", "httpx", "requests"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere holds no manifest.json"),
        (["{bad}", "--environment", "prod", "--no-lint"], "--environment prod: {bad} holds bad."),
        (["{bad}", "--base", "nowhere", "--no-lint"], "nowhere holds no manifest.json"),
    ],
)
def test_bad_input_is_told_in_a_line(arguments: list[str], said: str, bad_assembly: Path, tmp_path: Path) -> None:
    given = [argument.replace("{bad}", str(bad_assembly)) for argument in [*arguments, "--out", str(tmp_path / "out")]]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 2
    assert said.replace("{bad}", str(bad_assembly)) in result.stderr
    assert result.stderr.count("\n") == 1


def test_cfn_lint_runs_beside_the_review_and_remembers(tmp_path: Path) -> None:
    stack = StackOnDisk(resources={"Topic": resource("AWS::SNS::Topic", Foo=1)})
    assembly = read_assembly(write(tmp_path / "out", {"One": stack}, report=[]))
    cache = tmp_path / "cache.json"
    (found,) = start(assembly, cache_file=cache)().findings
    assert (found.rule, found.resource, found.path) == ("E3002", "Topic", "Bad/One/Topic/Resource")
    (known,) = json.loads(cache.read_text()).values()
    known[0][1] = "Remembered."
    cache.write_text(json.dumps({next(iter(json.loads(cache.read_text()))): known}))
    assert [finding.message for finding in start(assembly, cache_file=cache)().findings] == ["Remembered."]
