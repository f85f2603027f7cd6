"""What exists in the engine now, asked from the engine itself, and how to show it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from operations.local.assembly import AssemblyStack, Environment
from operations.local.clients import client
from operations.local.engine.launcher import INVENTORY_PATH
from operations.local.running_engine import RunningEngine

# Written by the CDK for itself; nothing stands behind it in AWS either.
_NOT_A_RESOURCE = "AWS::CDK::Metadata"
_MEANING = (
    "emulated: the engine keeps the resource in its own service and answers that service's API; "
    "it does not act on every property.\n"
    "walked through: the properties were checked against the type's schema; identity and attributes are made up, "
    "nothing stands behind them. A custom resource that needs the internet is not called.\n"
    "One-off tasks of ECS end well without having run."
)


@dataclass(frozen=True, kw_only=True)
class StackInventory:
    """One deployed stack."""

    name: str
    region: str
    status: str
    emulated: Mapping[str, str]
    """Logical id to type, of resources that the engine emulates."""
    walked_through: Mapping[str, str]
    """Logical id to type, of resources that only went through their life cycle."""
    outputs: Mapping[str, str]


def take_inventory(engine: RunningEngine, environment: Environment) -> list[StackInventory]:
    """Ask the engine for every stack of the environment; stacks that do not exist are left out."""
    held = {
        (item["Account"], item["Region"], item["StackName"], item["LogicalResourceId"])
        for item in engine.get(INVENTORY_PATH)["walked_through"]
    }
    found = (_stack(engine, stack, held) for stack in environment.stacks)
    return [item for item in found if item]


def _stack(engine: RunningEngine, stack: AssemblyStack, held: Set[tuple[str, str, str, str]]) -> StackInventory | None:
    cloudformation = client(engine, "cloudformation", account=stack.account, region=stack.region)
    try:
        description: dict[str, Any] = cloudformation.describe_stacks(StackName=stack.name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.name)
    types: dict[str, str] = {
        resource["LogicalResourceId"]: resource["ResourceType"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] != _NOT_A_RESOURCE
    }
    # Told by the resource, not by its type: a record is emulated in a zone of this engine only.
    walked = {name: kind for name, kind in types.items() if (stack.account, stack.region, stack.name, name) in held}
    return StackInventory(
        name=stack.name,
        region=stack.region,
        status=description["StackStatus"],
        emulated={name: kind for name, kind in types.items() if name not in walked},
        walked_through=walked,
        outputs={item["OutputKey"]: item["OutputValue"] for item in description.get("Outputs", [])},
    )


def show_inventory(console: Console, stacks: list[StackInventory]) -> None:
    """Print a table of stacks, the types behind which nothing stands, and the outputs, each on a line to copy."""
    table = Table(title="Deployed on the embedded engine", title_justify="left")
    table.add_column("stack", overflow="fold")
    table.add_column("Region")
    table.add_column("status")
    table.add_column("emulated", justify="right")
    table.add_column("walked through", justify="right")
    for stack in stacks:
        table.add_row(stack.name, stack.region, stack.status, str(len(stack.emulated)), str(len(stack.walked_through)))
    console.print(table, _walked_through(stacks), sep="\n")
    outputs = [f"  {stack.name}.{name} = {value}" for stack in stacks for name, value in stack.outputs.items()]
    if outputs:
        # Text, as an ARN's ":secret:" would be read as markup.
        console.print(Text("\n".join(["", "Outputs:", *outputs])), soft_wrap=True)


def _walked_through(stacks: list[StackInventory]) -> Text:
    counts: dict[str, int] = {}
    for stack in stacks:
        for kind in stack.walked_through.values():
            counts[kind] = counts.get(kind, 0) + 1
    if not counts:
        return Text(_MEANING)
    lines = [f"  {kind} ({count})" for kind, count in sorted(counts.items())]
    return Text("\n".join([_MEANING, "", "Only walked through:", *lines]))
