"""Reads environment files, and says of every mistake where it is, what stands there, and what is allowed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from groundwork.environment import Environment
from groundwork.images import ImageLock
from groundwork.problems import Problem, problems_of
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
    if not files:
        raise EnvironmentFileError([_of_file(folder, "no environment file", allowed="at least one *.yaml file")])
    problems: list[FileProblem] = []
    environments: list[Environment] = []
    for file in files:
        try:
            environment = read_environment(file, image_lock=image_lock)
        except EnvironmentFileError as error:
            problems += error.problems
            continue
        same = next((other for other in environments if other.stage_id == environment.stage_id), None)
        if same:
            problem = Problem(
                field="name",
                value=environment.name,
                reason=f"{same.name} deploys as the same stage",
                allowed="names that differ in more than hyphens",
            )
            problems.append(FileProblem(file=file, line=None, problem=problem))
        environments.append(environment)
    if problems:
        raise EnvironmentFileError(problems)
    return tuple(environments)


def read_environment(file: Path, *, image_lock: ImageLock) -> Environment:
    """Read one environment file.

    Raises:
        EnvironmentFileError: with every mistake in it.
    """
    try:
        document = read_yaml(file)
    except YamlError as error:
        raise EnvironmentFileError([_of_file(file, str(error), allowed=_WHOLE_FILE, line=error.line)]) from None
    # By way of JSON, where strict types still let a list be a tuple and a text be an address range.
    text = json.dumps(document.content, default=str)
    try:
        return Environment.model_validate_json(text, context={"image_lock": image_lock})
    except ValidationError as error:
        found = problems_of(error, Environment, document.content)
        raise EnvironmentFileError(
            [FileProblem(file=file, line=document.line(at), problem=problem) for at, problem in found]
        ) from None


def _of_file(file: Path, reason: str, *, allowed: str, line: int | None = None) -> FileProblem:
    return FileProblem(file=file, line=line, problem=Problem(field="", value=None, reason=reason, allowed=allowed))
