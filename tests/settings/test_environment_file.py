"""Every mistake in an environment file is named with its place, field, value and what is allowed, all at once."""

from pathlib import Path

import pytest

from groundwork.environment import Environment
from groundwork.environment_file import EnvironmentFileError, read_environment, read_environments
from groundwork.images import ImageLockError, read_image_lock

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


def test_a_broken_image_lock_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "images.lock.yaml").write_text("images: [{image: a}]")
    with pytest.raises(ImageLockError, match=r"images\.lock\.yaml"):
        read_image_lock(tmp_path / "images.lock.yaml")
    with pytest.raises(ImageLockError, match="cannot be read"):
        read_image_lock(tmp_path / "absent.yaml")


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


FOREIGN_MONITOR = "arn:aws:ce::999999999999:anomalymonitor/01234567-89ab-cdef-0123-456789abcdef"
REFUSED_MORE = {
    "tags: {environment: x}": ("tags.environment", "another key"),
    "tags: {'aws:x': x}": ("tags.aws:x", "not beginning with aws:"),
    "tags: {Environment: x}": ("tags.Environment", "another key"),
    "tags: {backup: dev}": ("tags.backup", "another key"),
    "tags: {team: a, Team: b}": ("tags.Team", "another key"),
    "tags: {" + ", ".join(f"k{i}: v" for i in range(41)) + "}": ("tags", "at most 40 entries"),
    "foundation: {alarm_emails: [a@example.com, a@example.com]}": ("foundation.alarm_emails[1]", "each entry once"),
    "foundation: {cost_anomaly: {}}": ("foundation.cost_anomaly.monitor", "create, or the ARN"),
    f"foundation: {{cost_anomaly: {{monitor: '{FOREIGN_MONITOR}'}}}}": (
        "foundation.cost_anomaly.monitor",
        "arn:aws:ce::111122223333:",
    ),
    "keep_data: false\nfoundation: {backup: {}}": ("foundation.backup", "keep_data: true"),
    "tags: {project: ''}": ("tags.project", "1-256"),
    "production: true\nkeep_data: false": ("keep_data", "true"),
    "production: 'yes'": ("production", "true or false"),
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


@pytest.mark.parametrize("field", ["dev", "111122223333", "us-east-1", "platform@example.com", "genai-platform"])
def test_a_line_break_at_the_end_of_a_value_is_refused(tmp_path: Path, field: str) -> None:
    text = SMALLEST.replace('"', "").replace(f": {field}", f': "{field}\\n"')
    assert any(repr(f"{field}\n") in problem for problem in problems(tmp_path, text))


def test_rules_across_fields_speak_up_beside_broken_fields(tmp_path: Path) -> None:
    text = (
        SMALLEST.replace("us-east-1", "eu-north-1") + "foundation: {budget: {monthly_usd: 5}, alarm_emails: [nobody]}"
    )
    assert [problem.split(": ")[1] for problem in problems(tmp_path, text)] == [
        "foundation.alarm_emails[0]",
        "foundation.budget",
    ]


def test_a_file_that_would_be_overlooked_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(SMALLEST)
    (tmp_path / "qa.yml").write_text(SMALLEST)
    with pytest.raises(EnvironmentFileError, match=r"qa\.yml: would not be read"):
        read_environments(tmp_path, image_lock={})


def test_mistakes_of_all_files_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALLEST.replace("us-east-1", "moon-1"))
    (tmp_path / "b.yaml").write_text(SMALLEST.replace("name: dev", "name: Dev"))
    with pytest.raises(EnvironmentFileError) as caught:
        read_environments(tmp_path, image_lock={})
    assert [problem.file.name for problem in caught.value.problems] == ["a.yaml", "b.yaml"]


def test_two_names_of_one_stage_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALLEST.replace("name: dev", "name: pr12"))
    (tmp_path / "b.yaml").write_text(SMALLEST.replace("name: dev", "name: pr12"))
    with pytest.raises(EnvironmentFileError, match=r"b\.yaml:1: name: 'pr12': a\.yaml deploys as the same stage, Pr12"):
        read_environments(tmp_path, image_lock={})


def test_a_folder_without_environment_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFileError, match="no environment file"):
        read_environments(tmp_path, image_lock={})


def test_a_hyphenated_name_is_a_pascal_case_stage(tmp_path: Path) -> None:
    assert read(tmp_path, SMALLEST.replace("name: dev", "name: us-prod-2")).stage_id == "UsProd2"


def test_an_environment_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read(tmp_path, SMALLEST).region = "eu-west-1"
