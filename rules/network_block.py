"""The address block of a VPC and of a subnet is a network between /16 and /28, which is all that EC2 takes.

EC2 refuses another block only when the stack is deployed. CloudFormation Validate does not look at the prefix.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from .finding import Finding
from .template import Template

RULE = "NetworkBlockIsUsable"
WIDEST, NARROWEST = 16, 28


def check(template: Template) -> Iterator[Finding]:
    """Findings for literal IPv4 blocks; one that is computed at deployment is left to EC2."""
    for resource in template.of_type("AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock", "AWS::EC2::Subnet"):
        for block in template.texts(resource.properties.get("CidrBlock")):
            problem = None if "${" in block else _problem(block)
            if problem:
                yield Finding(
                    rule=RULE,
                    resource=resource.id,
                    path="Properties.CidrBlock",
                    message=f"The block '{block}' {problem}.",
                    fix=f"Write a network between /{WIDEST} and /{NARROWEST}, for example 10.0.0.0/16.",
                )


def _problem(block: str) -> str | None:
    try:
        network = IPv4Network(block)
    except ValueError as error:
        return f"is not a network: {error}"
    if not WIDEST <= network.prefixlen <= NARROWEST:
        return f"is a /{network.prefixlen}, which EC2 refuses"
    return None
