"""Environment files of gateways to deploy: shipped examples, changed where a test has to."""

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

EXAMPLES = Path(__file__).parents[2] / "environments" / "examples"
ADDED = "nova-pro"
"""The model that the edited file has besides those of the example."""


def private() -> str:
    """The closed network of the example canada, of which nothing is kept, with the administrators' pages closed."""
    document = _example("gateway-canada.yaml")
    document |= {"name": "private", "production": False, "keep_data": False}
    document.get("foundation", {}).pop("backup", None)  # a vault with recovery points stays
    document["gateway"]["ui"] = False
    return _text(document)


def edited_trial() -> str:
    """The example gateway-trial with one more model."""
    document = _example("gateway-cloudfront.yaml")
    deployment = {"provider": "bedrock", "model": "amazon.nova-pro-v1:0", "profile": "eu"}
    document["gateway"]["models"].append({"name": ADDED, "deployments": [deployment]})
    return _text(document)


def served_name(file: str) -> str:
    """The one host that the load balancer of an example serves."""
    return _example(file)["gateway"]["domain"]["name"]


def _example(file: str) -> Any:
    return YAML().load(EXAMPLES / file)


def _text(document: Any) -> str:
    text = StringIO()
    YAML().dump(document, text)
    return text.getvalue()
