"""An environment with a small `gateway` section, which a test changes in one place."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from groundwork.environment import Environment
from groundwork.gateway.litellm_image import DEFAULT_IMAGE
from groundwork.gateway.settings import GatewaySettings
from groundwork.problems import problems_of
from groundwork.yaml_document import read_yaml

ENVIRONMENT = """\
name: dev
account: "111122223333"
region: ca-central-1
owner: platform@example.com
cost_center: genai-platform
network: {vpc: {cidr: 10.0.0.0/16, nat: one}}
"""
GATEWAY = """\
exposure: private
clients: [10.0.0.0/8]
domain:
  name: gateway.internal.example.com
  zone: create
  certificate: arn:aws:acm-pca:ca-central-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555
secrets: {openai: create}
models:
  - name: claude
    deployments: [{provider: bedrock, model: anthropic.claude-opus-4-5-20251101-v1:0, profile: us}]
  - name: gpt
    deployments: [{provider: openai, model: gpt-5, api_key: openai}]
"""


LOCK = {DEFAULT_IMAGE: "sha256:0"}


def _merged(base: Any, change: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    merged = {**base, **{key: _merged(base.get(key), value) for key, value in change.items()}}
    return {key: value for key, value in merged.items() if value != "DROP"}


def _document(change: str, environment: str) -> dict[str, Any]:
    yaml = YAML(typ="safe")
    document = yaml.load(StringIO(ENVIRONMENT))
    document = _merged(document, yaml.load(StringIO(environment)) or {})
    document["gateway"] = _merged(yaml.load(StringIO(GATEWAY)), yaml.load(StringIO(change)) or {})
    return document


def section(change: str = "", environment: str = "") -> GatewaySettings:
    """The section after a change: YAML that is laid over it, where `DROP` takes a key out."""
    document = json.dumps(_document(change, environment))
    gateway = Environment.model_validate_json(document, context={"image_lock": LOCK}).gateway
    assert gateway
    return gateway


def problems(change: str, environment: str = "") -> list[str]:
    """What is wrong with the section after a change, in words."""
    document = _document(change, environment)
    try:
        Environment.model_validate_json(json.dumps(document), context={"image_lock": LOCK})
    except ValidationError as error:
        return [str(problem) for problem in problems_of(error, Environment, document).values()]
    return []


def read(file: Path) -> Environment:
    """A whole environment file."""
    document = json.dumps(read_yaml(file).content, default=str)
    return Environment.model_validate_json(document, context={"image_lock": LOCK})
