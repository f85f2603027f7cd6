"""Reads environment files, and says of every mistake where it is, what stands there, and what is allowed."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from groundwork.environment import Environment
from groundwork.images import ImageLock
from groundwork.problems import At, Problem, problems_of
from groundwork.yaml_document import YamlError, read_yaml

_WHOLE_FILE = "one YAML document with keys such as name, account and region"


class EnvironmentFileError(Exception):
    """One or more environment files are refused; the text lists every mistake of all of them."""

    def __init__(self, problems: Sequence["FileProblem"]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class FileProblem:
    """One mistake in one file."""

    file: Path
    line: int | None
    """Counted from 1; None where the mistake has no place of its own."""
    problem: Problem

    def __str__(self) -> str:
        return f"{self.file}{f':{self.line}' if self.line else ''}: {self.problem}"


def read_environments(folder: Path, *, image_lock: ImageLock) -> tuple[Environment, ...]:
    """Read every `*.yaml` file of a folder, in the order of their names.

    Raises:
        EnvironmentFileError: the folder holds none, or any of them is refused.
    """
    files = sorted(folder.glob("*.yaml"))
    if ignored := sorted(folder.glob("*.yml")):
        raise EnvironmentFileError(
            [_of_file(f, "would not be read", allowed="names that end in .yaml") for f in ignored]
        )
    if not files:
        raise EnvironmentFileError([_of_file(folder, "no environment file", allowed="at least one *.yaml file")])
    problems: list[FileProblem] = []
    environments: dict[Path, Environment] = {}
    for file in files:
        try:
            environment = read_environment(file, image_lock=image_lock)
        except EnvironmentFileError as error:
            problems += error.problems
            continue
        same = next((other for other, known in environments.items() if known.stage_id == environment.stage_id), None)
        if same:
            reason = f"{same.name} deploys as the same stage, {environment.stage_id}"
            allowed = "names that differ in more than hyphens"
            problem = Problem(field="name", value=environment.name, reason=reason, allowed=allowed)
            problems.append(FileProblem(file=file, line=read_yaml(file).line(("name",)), problem=problem))
        environments[file] = environment
    if problems:
        raise EnvironmentFileError(problems)
    return tuple(environments.values())


def read_environment(file: Path, *, image_lock: ImageLock) -> Environment:
    """Read one environment file.

    Raises:
        EnvironmentFileError: with every mistake in it.
    """
    try:
        document = read_yaml(file)
    except YamlError as error:
        raise EnvironmentFileError([_of_file(file, str(error), allowed=_WHOLE_FILE, line=error.line)]) from None
    content = json.loads(json.dumps(document.content, default=str))
    found = {at: _nothing(at) for at in _keys_without_value(content)}
    for at in found:
        _remove(content, at)
    try:
        environment = _validate(content, image_lock)
    except ValidationError as error:
        found |= problems_of(error, Environment, document.content)
        found |= _problems_of_the_rest(content, found, image_lock)
    else:
        if not found:
            return environment
    problems = [FileProblem(file=file, line=document.line(at), problem=p) for at, p in found.items()]
    raise EnvironmentFileError(sorted(problems, key=lambda problem: problem.line or 0))


def _keys_without_value(content: Any, at: At = ()) -> Iterator[At]:
    if isinstance(content, dict):
        for key, value in content.items():
            path = (*at, str(key))
            yield from (path,) if value is None else _keys_without_value(value, path)


def _nothing(at: At) -> Problem:
    # It reads like a section and would deploy nothing.
    field = ".".join(map(str, at))
    return Problem(field=field, value=None, reason="nothing stands there", allowed="a value, or no such key at all")


def _validate(content: Mapping[str, Any], image_lock: ImageLock) -> Environment:
    # By way of JSON, where strict types still let a list be a tuple and a text be an address range.
    return Environment.model_validate_json(json.dumps(content), context={"image_lock": image_lock})


def _problems_of_the_rest(
    content: Mapping[str, Any], found: Mapping[At, Problem], image_lock: ImageLock
) -> dict[At, Problem]:
    """What is wrong beside what was found: rules across fields speak up once the broken fields are out of the way.

    Only in the sections that had them: what others have to say of such a section would be about what was taken out.
    """
    rest: dict[str, Any] = json.loads(json.dumps(content))
    removed = [_remove(rest, at) for at in found]
    sections = {gone[:1] for gone in removed}
    try:
        _validate(rest, image_lock)
    except ValidationError as error:
        problems = problems_of(error, Environment, rest)
        return {
            at: p
            for at, p in problems.items()
            if at[:1] in sections and not any(at == gone[: len(at)] or gone == at[: len(gone)] for gone in removed)
        }
    return {}


def _remove(content: dict[str, Any], at: At) -> At:
    """Take out what stands at a path, the whole list where it stands in one; what was taken out."""
    keys = list(itertools.takewhile(lambda part: isinstance(part, str), at))
    node: Any = content
    for key in keys[:-1]:
        node = node.get(key) if isinstance(node, dict) else None
    if isinstance(node, dict) and keys:
        node.pop(keys[-1], None)
    return tuple(keys)


def _of_file(file: Path, reason: str, *, allowed: str, line: int | None = None) -> FileProblem:
    return FileProblem(file=file, line=line, problem=Problem(field="", value=None, reason=reason, allowed=allowed))
