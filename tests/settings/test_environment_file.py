"""Every mistake in an environment file is named with its place, field, value and what is allowed, all at once."""

from pathlib import Path

import pytest

from groundwork.environment import Environment
from groundwork.environment_file import EnvironmentFileError, read_environment, read_environments

SMALLEST = """\
name: dev
account: "111122223333"
region: us-east-1
owner: platform@example.com
cost_center: genai-platform
"""


def read(tmp_path: Path, text: str) -> Environment:
    file = tmp_path / "dev.yaml"
    file.write_text(text)
    return read_environment(file, image_lock={})


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        read(tmp_path, text)
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def test_the_smallest_file_has_five_lines(tmp_path: Path) -> None:
    assert len(SMALLEST.splitlines()) == 5
    environment = read(tmp_path, SMALLEST)
    assert (environment.name, environment.stage_id, environment.network) == ("dev", "Dev", None)


@pytest.mark.parametrize("missing", range(5))
def test_none_of_the_five_lines_can_be_left_out(tmp_path: Path, missing: int) -> None:
    lines = SMALLEST.splitlines()
    field = lines.pop(missing).split(":")[0]
    assert any(f"{field}: missing; allowed: " in line for line in problems(tmp_path, "\n".join(lines)))


def test_an_unquoted_account_is_taken_when_no_digit_can_have_been_lost(tmp_path: Path) -> None:
    assert read(tmp_path, SMALLEST.replace('"111122223333"', "111122223333")).account == "111122223333"
    assert problems(tmp_path, SMALLEST.replace('"111122223333"', "000022223333")) == [
        "dev.yaml:2: account: 22223333: a value of the wrong type; allowed: a 12-digit account id, in quotes"
    ]


def test_all_mistakes_are_reported_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = """\
name: Dev_1
account: "12345"
region: us-east-9
owner: nobody
cost_centre: genai
foundation:
  budget: {monthly_usd: -4, scopes: account}
network:
  internet: none
  vpc:
    cidr: 10.0.0.0/8
    zones: two
    nat: three
  endpoints: [bedrok, logs, logs]
"""
    found = problems(tmp_path, text)
    places = {line.split(": ")[0] + " " + line.split(": ")[1] for line in found}
    assert places == {
        "dev.yaml:1 name",
        "dev.yaml:2 account",
        "dev.yaml:3 region",
        "dev.yaml:4 owner",
        "dev.yaml:5 cost_centre",
        "dev.yaml cost_center",
        "dev.yaml:7 foundation.budget.monthly_usd",
        "dev.yaml:7 foundation.budget.scopes",
        "dev.yaml:11 network.vpc.cidr",
        "dev.yaml:12 network.vpc.zones",
        "dev.yaml:13 network.vpc.nat",
        "dev.yaml:14 network.endpoints[0]",
        "dev.yaml:14 network.endpoints[2]",
    }
    assert all("; allowed: " in line for line in found)
    assert "dev.yaml:5: cost_centre: unknown key, did you mean cost_center?; allowed: name, account," in str(found)
    choices = "'none', 'one' or 'one-per-zone'"
    assert f"dev.yaml:13: network.vpc.nat: 'three': not one of the choices; allowed: {choices}" in found


REFUSED = {
    "name: 'DEV'": ("name: dev", "lower-case"),
    "name: 'a234567890123456789012'": ("name: dev", "at most 20"),
    "owner: 'platform'": ("owner: platform@example.com", "a mail address"),
    "region: 'cn-north-1'": ("region: us-east-1", "ca-central-1"),
    "region: 5": ("region: us-east-1", "an AWS Region such as us-east-1"),
}


@pytest.mark.parametrize("line", REFUSED)
def test_a_wrong_value_of_the_five_lines_is_refused(tmp_path: Path, line: str) -> None:
    replaced, allowed = REFUSED[line]
    (problem,) = problems(tmp_path, SMALLEST.replace(replaced, line))
    assert allowed in problem.split("; allowed: ")[1]


REFUSED_MORE = {
    "tags: {environment: x}": ("tags.environment", "another key"),
    "tags: {'aws:x': x}": ("tags.aws:x", "not beginning with aws:"),
    "tags: {project: ''}": ("tags.project", "1-256"),
    "production: true\nkeep_data: false": ("keep_data", "true"),
    "production: 'yes'": ("production", "boolean"),
    "foundation: {alarm_emails: [nobody]}": ("foundation.alarm_emails[0]", "a mail address"),
    "foundation: {log_retention_days: 8}": ("foundation.log_retention_days", "3653"),
    "foundation: {budget: {}}": ("foundation.budget.monthly_usd", "US dollars, above 0"),
    "foundation: {budget: {monthly_usd: 0}}": ("foundation.budget.monthly_usd", "US dollars, above 0"),
    "foundation: {cost_anomaly: {monitor: mine}}": ("foundation.cost_anomaly.monitor", "the ARN of a monitor"),
    "foundation: {backup: {retention_days: 3}}": ("foundation.backup.retention_days", "7"),
    "foundation: {backup: {retention_days: 100, cold_after_days: 11}}": (
        "foundation.backup.cold_after_days",
        "at most 10 with retention_days 100",
    ),
    "foundation: {backup: {cold_after_days: 1}}": ("foundation.backup.cold_after_days", "none"),
}


@pytest.mark.parametrize("lines", REFUSED_MORE)
def test_a_value_that_cannot_be_deployed_is_refused(tmp_path: Path, lines: str) -> None:
    field, allowed = REFUSED_MORE[lines]
    (problem,) = problems(tmp_path, SMALLEST + lines)
    assert f": {field}: " in problem
    assert allowed in problem.split("; allowed: ")[1]


BROKEN = {
    "": "empty",
    "- a": "not a mapping",
    "name: [": "not YAML",
    "name: dev\nname: prod": "not YAML: found duplicate key",
    "name: dev\n---\nname: prod": "not YAML",
    "name: \t x: y": "not YAML",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_file_that_is_no_yaml_mapping_is_refused_without_a_trace(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.startswith("dev.yaml")
    assert BROKEN[text] in problem


def test_a_key_that_stands_twice_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, SMALLEST + "region: eu-west-1\n")
    assert problem.startswith("dev.yaml:6: not YAML: found duplicate key")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dev.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EnvironmentFileError, match="cannot be read"):
        read_environment(file, image_lock={})


def test_mistakes_of_all_files_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALLEST.replace("us-east-1", "moon-1"))
    (tmp_path / "b.yaml").write_text(SMALLEST.replace("name: dev", "name: Dev"))
    with pytest.raises(EnvironmentFileError) as caught:
        read_environments(tmp_path, image_lock={})
    assert [problem.file.name for problem in caught.value.problems] == ["a.yaml", "b.yaml"]


def test_two_names_of_one_stage_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALLEST.replace("name: dev", "name: pr12"))
    (tmp_path / "b.yaml").write_text(SMALLEST.replace("name: dev", "name: pr12"))
    with pytest.raises(EnvironmentFileError, match="deploys as the same stage"):
        read_environments(tmp_path, image_lock={})


def test_a_folder_without_environment_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFileError, match="no environment file"):
        read_environments(tmp_path, image_lock={})


def test_a_hyphenated_name_is_a_pascal_case_stage(tmp_path: Path) -> None:
    assert read(tmp_path, SMALLEST.replace("name: dev", "name: us-prod-2")).stage_id == "UsProd2"


def test_an_environment_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read(tmp_path, SMALLEST).region = "eu-west-1"  # pyright: ignore[reportAttributeAccessIssue]
