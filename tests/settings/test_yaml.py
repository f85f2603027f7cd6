"""Whatever YAML can say and an environment file cannot mean is answered with a place and in words."""

from pathlib import Path

import pytest

from groundwork.environment_file import EnvironmentFileError, read_environment

SMALLEST = """\
name: dev
account: "111122223333"
region: us-east-1
owner: platform@example.com
cost_center: genai-platform
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "dev.yaml"
    file.write_text(text)
    with pytest.raises(EnvironmentFileError) as caught:
        read_environment(file, image_lock={})
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


CANNOT_BE_MEANT = {
    "2024-01-01: x": "dev.yaml:6: the key datetime.date(2024, 1, 1) is not a text",
    "1: x": "dev.yaml:6: the key 1 is not a text",
    "? [a, b]\n: x": "is not a text; put it in quotes",
    "tags: {true: x}": "dev.yaml:6: the key True is not a text",
    'tags: {a: "\\ud800"}': "dev.yaml:6: a text with half a character",
    'tags: {a: "\x07"}': "not YAML: unacceptable character #x0007",
    "tags: *x": "dev.yaml:6: not YAML: found undefined alias",
    "tags: " + "[" * 1000: "not YAML: maximum recursion depth exceeded",
    "tags: &a\n  x: *a": "dev.yaml:7: tags.x: nothing stands there",
    "foundation: &b {budget: {monthly_usd: -5}}\nnetwork:\n  <<: *b": "dev.yaml:7: network.budget: unknown key",
    "foundation:": "dev.yaml:6: foundation: nothing stands there; allowed: a value, or no such key at all",
    "network:": "dev.yaml:6: network: nothing stands there",
    "foundation: 5": "foundation: 5: a value of the wrong type; allowed: the keys alarm_emails, ",
    "network: open": "network: 'open': a value of the wrong type; allowed: the keys internet, vpc, ",
    "foundation: {alarm_emails: a@example.com}": "allowed: a list of: a mail address",
    "tags: {a: b, a: c}": "dev.yaml:6: not YAML: found duplicate key",
}


@pytest.mark.parametrize("lines", CANNOT_BE_MEANT, ids=range(len(CANNOT_BE_MEANT)))
def test_whatever_yaml_can_say_is_answered_in_words(tmp_path: Path, lines: str) -> None:
    assert CANNOT_BE_MEANT[lines] in "\n".join(problems(tmp_path, SMALLEST + lines))


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
