"""A synthesized stack for Spaces, and what is where in it."""

import json
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SpacesTemplate:
    """The template of the stack, with that of the foundation beside it."""

    template: Body
    foundation: Body
    waits_for: list[str]
    bytes: int
    """Of its file."""

    @property
    def source(self) -> str:
        """The template as text."""
        return json.dumps(self.template)

    @property
    def resources(self) -> dict[str, Body]:
        return self.template["Resources"]

    def of_type(self, resource_type: str) -> dict[str, Body]:
        return {key: r for key, r in self.resources.items() if r["Type"] == resource_type}

    def add_on(self, name: str) -> str | None:
        """The logical id of an add-on, if it is installed."""
        add_ons = self.of_type("AWS::EKS::Addon").items()
        return next((key for key, r in add_ons if r["Properties"]["AddonName"] == name), None)

    def configuration(self, name: str) -> Body:
        """What an add-on is configured with; what the deployment fills in stands in angle brackets."""
        return json.loads(text(self.resources[str(self.add_on(name))]["Properties"]["ConfigurationValues"]))

    def association(self, service_account: str) -> Body | None:
        """What gives a service account its role."""
        return next(
            (
                r["Properties"]
                for r in self.of_type("AWS::EKS::PodIdentityAssociation").values()
                if r["Properties"]["ServiceAccount"] == service_account
            ),
            None,
        )

    def role_of(self, service_account: str) -> Body:
        association = self.association(service_account)
        assert association
        return self.resources[association["RoleArn"]["Fn::GetAtt"][0]]["Properties"]

    def statements_of(self, service_account: str) -> list[Body]:
        association = self.association(service_account)
        assert association
        role = association["RoleArn"]["Fn::GetAtt"][0]
        return [
            statement
            for policy in self.of_type("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]

    def manifests(self) -> dict[str, list[Body]]:
        """The objects that each resource applies."""
        applied = self.of_type("Custom::AWSCDK-EKS-KubernetesResource")
        return {key: json.loads(text(r["Properties"]["Manifest"])) for key, r in applied.items()}

    def ids_of_kind(self, kind: str) -> list[str]:
        return [key for key, objects in self.manifests().items() if kind in {o["kind"] for o in objects}]

    def entries_of_people(self) -> list[Body]:
        """Who is let into the cluster, apart from functions of the stack."""
        entries = [r["Properties"] for r in self.of_type("AWS::EKS::AccessEntry").values()]
        return [entry for entry in entries if isinstance(entry["PrincipalArn"], str)]

    def before(self, logical_id: str) -> set[str]:
        """Everything that is made before a resource, and so deleted after it."""
        found: set[str] = set()
        open_ids = [logical_id]
        while open_ids:
            resource = self.resources[open_ids.pop()]
            names = resource.get("DependsOn", [])
            for name in {*([names] if isinstance(names, str) else names), *_references(resource.get("Properties"))}:
                if name in self.resources and name not in found:
                    found.add(name)
                    open_ids.append(name)
        return found


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        if "Ref" in value:
            return {value["Ref"]}
        if "Fn::GetAtt" in value:
            return {value["Fn::GetAtt"][0]}
        return {name for item in value.values() for name in _references(item)}
    return {name for item in value for name in _references(item)} if isinstance(value, list) else set()


def text(value: Any) -> str:
    """A text of the template."""
    if isinstance(value, str):
        return value
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(text(part) for part in parts)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": _} | {"Fn::GetStackOutput": _}:
            return "<elsewhere>"
    raise ValueError(value)
