"""How the tests of the edge read a template."""

from typing import Any


def of_type(template: dict[str, Any], resource_type: str) -> list[dict[str, Any]]:
    return [r for r in template["Resources"].values() if r["Type"] == resource_type]


def one(template: dict[str, Any], resource_type: str) -> dict[str, Any]:
    (resource,) = of_type(template, resource_type)
    return resource["Properties"]


def distribution(template: dict[str, Any]) -> dict[str, Any]:
    return one(template, "AWS::CloudFront::Distribution")["DistributionConfig"]


def references(value: object) -> set[str]:
    """Logical ids that a value depends on."""
    if isinstance(value, dict):
        if "Ref" in value:
            return {value["Ref"]}
        if "Fn::GetAtt" in value:
            return {value["Fn::GetAtt"][0]}
        found = {value["DependsOn"]} if isinstance(value.get("DependsOn"), str) else set(value.get("DependsOn", ()))
        return found.union(*(references(v) for k, v in value.items() if k != "DependsOn"))
    return set().union(*(references(v) for v in value)) if isinstance(value, list) else set()


def needs(template: dict[str, Any], resource_type: str, other_type: str) -> bool:
    """Whether CloudFormation makes a resource after another, and so deletes it before."""
    ids = {name for name, r in template["Resources"].items() if r["Type"] == resource_type}
    others = {name for name, r in template["Resources"].items() if r["Type"] == other_type}
    reached: set[str] = set()
    while ids:
        reached |= ids
        ids = set().union(*(references(template["Resources"].get(name, {})) for name in ids)) - reached
    return bool(others & reached)
