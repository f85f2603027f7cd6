"""Runs the shell of workflow steps as a runner of GitHub's would, with the values that expressions stand for."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_CHOICE = re.compile(r"contains\(fromJSON\('(.+)'\), inputs\.accept\) && '([\w-]+)' \|\| '([\w-]+)'")


@dataclass(kw_only=True)
class Runner:
    """One job's machine: a folder, the environment of its processes, and the values of expressions."""

    folder: Path
    environment: dict[str, str]
    values: dict[str, str]
    outputs: dict[str, str] = field(default_factory=dict[str, str])

    def run(self, step: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run one step with `bash -e`, which is GitHub's default on Linux; its outputs become values."""
        output = self.folder / "github-output"
        output.write_text("")
        given = {name: self.value(str(value)) for name, value in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": os.devnull}
        result = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=self.folder,
            env=self.environment | files | given,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.outputs[name] = value
        return result

    def value(self, text: str) -> str:
        """A text with its expressions evaluated; one that is not known is an error of the test."""
        return _EXPRESSION.sub(lambda found: self._evaluate(found[1]), text)

    def _evaluate(self, expression: str) -> str:
        if choice := _CHOICE.fullmatch(expression):
            return choice[2] if self.values["inputs.accept"] in json.loads(choice[1]) else choice[3]
        return self.values[expression]


def steps_of(workflow: str, job: str) -> dict[str, dict[str, Any]]:
    """The steps of a job that run shell, by their names."""
    parsed: dict[str, Any] = YAML(typ="safe").load(workflow)
    return {step["name"]: step for step in parsed["jobs"][job]["steps"] if "run" in step}
