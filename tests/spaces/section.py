"""A small `spaces` section, which a test changes in one place."""

import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from groundwork.problems import problems_of
from groundwork.settings import Refusal
from groundwork.spaces.settings import SpacesSettings

SPACES = """\
version: v0.2.1-eksbuild.1
templates:
  - name: lab
    display_name: Lab
    image: public.ecr.aws/sagemaker/sagemaker-distribution:3.4.2-cpu
teams:
  - name: research
    principals: ["arn:aws:iam::111122223333:role/Researchers"]
    templates: [lab]
"""
WEB = "{domain: spaces.example.com, zone: Z0123456789ABCDEFGHIJ, clients: [10.0.0.0/8]}"
IMAGE = "public.ecr.aws/sagemaker/sagemaker-distribution"
CONTROLLER_IMAGE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/eks/aws-load-balancer-controller:v3.2.2"
LOCK = {
    f"{IMAGE}:3.4.2-cpu": f"sha256:{'c' * 64}",
    f"{IMAGE}:3.4.2-gpu": f"sha256:{'9' * 64}",
    CONTROLLER_IMAGE: f"sha256:{'a' * 64}",
}
EXAMPLES = Path(__file__).parents[2] / "environments" / "examples" / "unlocked"


def _merged(base: Any, change: Any) -> Any:
    """Maps are laid over each other, entry by entry; so are lists of the same length or longer."""
    if isinstance(base, dict) and isinstance(change, dict):
        merged = {**base, **{key: _merged(base.get(key), value) for key, value in change.items()}}
        return {key: value for key, value in merged.items() if value != "DROP"}
    if isinstance(base, list) and isinstance(change, list) and base and isinstance(base[0], dict):
        return [_merged(base[i] if i < len(base) else {}, item) for i, item in enumerate(change)]
    return change


def _document(change: str) -> dict[str, Any]:
    yaml = YAML(typ="safe")
    return _merged(yaml.load(StringIO(SPACES)), yaml.load(StringIO(change)) or {})


def section(change: str = "") -> SpacesSettings:
    """The section after a change: YAML that is laid over it, where `DROP` takes a key out."""
    return SpacesSettings.model_validate_json(json.dumps(_document(change)))


def example(name: str) -> SpacesSettings:
    """A shipped example."""
    return SpacesSettings.model_validate_json(
        json.dumps(YAML(typ="safe").load(EXAMPLES / f"spaces-{name}.yaml")["spaces"])
    )


def problems(change: str) -> list[str]:
    """What is wrong with the section after a change, in words."""
    document = _document(change)
    try:
        SpacesSettings.model_validate_json(json.dumps(document))
    except ValidationError as error:
        return [str(problem) for problem in problems_of(error, SpacesSettings, document).values()]
    return []


def words(refusals: Iterable[Refusal]) -> list[str]:
    """What the section says about other sections, in words."""
    return [f"{'.'.join(map(str, r.at))}: {r.value}: {r.reason}; allowed: {r.allowed}" for r in refusals]
