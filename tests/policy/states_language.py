"""Read every state machine of an assembly with two validators of Amazon States Language: statelint and asl-validator.

Neither knows what the other does: statelint finds states that nothing leads to and fields where they may not stand,
asl-validator holds everything against JSON schemas and parses JSON paths and intrinsic functions.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from statelint.config import Config
from statelint.linter import Linter
from statelint.problem import ProblemType

from rules.intrinsics import Renderer

ROOT = Path(__file__).parents[2]
_VALIDATOR = """
const validate = require("asl-validator");
const found = JSON.parse(require("fs").readFileSync(0, "utf8"));
const say = ([where, definition]) => {
  const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn: true });
  return isValid ? [] : [`${where}: ${errorsText("; ")}`];
};
console.log(JSON.stringify(Object.entries(found).flatMap(say)));
"""
_PSEUDO = {"${AWS::Partition}": "aws", "${AWS::Region}": "us-east-1", "${AWS::AccountId}": "111122223333"}
_OF_THE_DEPLOYMENT = re.compile(r"\$\{([A-Za-z0-9]+)[^}]*\}")
_SOME_FUNCTION = r"arn:aws:lambda:us-east-1:111122223333:function:\1"
_TIMEOUT = 60


def problems(assembly: Path) -> list[str]:
    """What the two have to say, with the path of the state machine's template and its logical id."""
    places: dict[str, list[str]] = {}
    for where, text in _definitions(assembly):
        places.setdefault(text, []).append(where)
    assert places, f"{assembly} has no state machine"
    # Those that wait for custom resources say the same in every stack: once is enough.
    found = {", ".join(where): json.loads(text) for text, where in places.items()}
    lint = [
        f"{where}: {problem}"
        for where, definition in found.items()
        # JSON does not tell 2 from 2.0; this validator does.
        for problem in Linter.validate(definition, Config({ProblemType.FLOAT}))
    ]
    return [*lint, *_schema_problems(found)]


def _schema_problems(found: dict[str, Any]) -> list[str]:
    result = subprocess.run(
        ["node", "--eval", _VALIDATOR],
        cwd=ROOT / "tests" / "node",
        input=json.dumps(found),
        capture_output=True,
        text=True,
        check=True,
        timeout=_TIMEOUT,
    )
    return json.loads(result.stdout)


def _definitions(assembly: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(assembly.rglob("*.template.json")):
        template = json.loads(file.read_text())
        renderer = Renderer(template)
        for name, resource in template.get("Resources", {}).items():
            if resource["Type"] == "AWS::StepFunctions::StateMachine":
                for text in renderer.texts(resource["Properties"]["DefinitionString"]):
                    yield f"{file.name}/{name}", _deployed(text)


def _deployed(text: str) -> str:
    for parameter, value in _PSEUDO.items():
        text = text.replace(parameter, value)
    return _OF_THE_DEPLOYMENT.sub(_SOME_FUNCTION, text)
