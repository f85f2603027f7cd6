"""AWS::EC2::VPC: the engine does not answer CidrBlock, which CDK's interface endpoints read."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from operations.local.engine.patches.support import SCRATCH_STACK, Created, expect, handlers


def apply() -> None:
    """Answer every attribute that the type documents."""
    handler = handlers()["AWS::EC2::VPC"]
    create: Callable[..., Created] = handler["create"]
    update: Callable[..., Created] = handler["update"]

    def complete(result: Created, properties: Mapping[str, Any]) -> Created:
        vpc_id, attributes = result
        association = f"vpc-cidr-assoc-{hashlib.sha256(vpc_id.encode()).hexdigest()[:17]}"
        documented: dict[str, Any] = {
            "CidrBlock": properties.get("CidrBlock", ""),
            "CidrBlockAssociations": [association],
            "Ipv6CidrBlocks": [],
        }
        return vpc_id, {**documented, **attributes}

    def patched_create(logical_id: str, properties: dict[str, Any], stack: str) -> Created:
        return complete(create(logical_id, properties, stack), properties)

    def patched_update(
        vpc_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
    ) -> Created:
        return complete(update(vpc_id, old, new, stack, logical_id), new)

    handler.update(create=patched_create, update=patched_update)


def check() -> None:
    """A VPC answers its block and its default security group."""
    handler = handlers()["AWS::EC2::VPC"]
    vpc_id, attributes = handler["create"]("Vpc", {"CidrBlock": "10.1.0.0/16"}, SCRATCH_STACK)
    handler["delete"](vpc_id, {})
    expect(attributes["CidrBlock"] == "10.1.0.0/16", "CidrBlock is not answered")
    expect(attributes["DefaultSecurityGroup"].startswith("sg-"), "DefaultSecurityGroup is not answered")
