"""What is deployed, written as an assembly, so that a review can tell what a promotion would change."""

import json
import shutil
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from operations.local.assembly import AssemblyStack, Environment
from promotion.account import Account, is_missing
from promotion.errors import PromotionError


def write_deployed(environment: Environment, account: Account, *, out: Path) -> list[str]:
    """Fetch the template of every deployed stack of the environment into a new folder; the names of these stacks.

    Raises:
        PromotionError: the folder exists, or the account does not let itself be read.
    """
    if out.exists():
        raise PromotionError(f"{out} exists already: name a new folder.")
    found = {
        stack.name: template for stack in environment.stacks if (template := _template(stack, account)) is not None
    }
    stage = environment.stacks[0].template.parent
    folder = out / stage.name
    folder.mkdir(parents=True)
    for stack in environment.stacks:
        if stack.name in found:
            (folder / stack.template.name).write_text(json.dumps(found[stack.name], indent=1), "utf-8")
            if stack.metadata and stack.metadata.exists():
                shutil.copyfile(stack.metadata, folder / stack.metadata.name)
    whole = _read(environment.assembly / "manifest.json")
    _write(
        out,
        whole,
        {k: v for k, v in whole["artifacts"].items() if v["type"] == "cdk:cloud-assembly" and _is_at(v, stage)},
    )
    part = _read(stage / "manifest.json")
    _write(
        folder, part, {k: v for k, v in part["artifacts"].items() if v.get("properties", {}).get("stackName") in found}
    )
    return list(found)


def _template(stack: AssemblyStack, account: Account) -> Any:
    try:
        answer = account.reader("cloudformation", stack.region).get_template(StackName=stack.name)
    except ClientError as error:
        if is_missing(error):
            return None
        raise PromotionError(f"The template of {stack.name} cannot be read: {error}") from None
    body = answer["TemplateBody"]
    return json.loads(body) if isinstance(body, str) else body


def _is_at(artifact: dict[str, Any], stage: Path) -> bool:
    return artifact["properties"]["directoryName"] == stage.name


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text("utf-8"))


def _write(folder: Path, manifest: dict[str, Any], artifacts: dict[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps({**manifest, "artifacts": artifacts}, indent=1), "utf-8")
