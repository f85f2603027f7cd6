"""What a Space of a team must be like, decided by the API server itself.

A template gives defaults and bounds to those who use it. Without this policy somebody could use none, or the one of
another namespace, and run any image. It runs after the add-on's webhook has filled in the defaults.
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ (read 2026-11-23)
"""

from collections.abc import Iterable, Sequence

from groundwork.spaces.manifests import TEAM_LABEL, Manifest
from groundwork.spaces.names import longest_space_name
from groundwork.spaces.team_settings import TeamSettings
from groundwork.spaces.template_settings import TemplateSettings


def admission_policy(team: TeamSettings, templates: Sequence[TemplateSettings], *, web_ui: bool) -> list[Manifest]:
    """A policy for one team's namespace, and its binding.

    Args:
        templates: the team's.
        web_ui: whether the name of a Space stands in its host.
    """
    name = f"groundwork-spaces-{team.name}"
    namespace = team.namespace_name
    own = _list(template.name for template in templates)
    shared = _list(template.name for template in templates if template.ownership == "shared")
    rules = [
        {
            "expression": f"{_unchanged('templateRef')} || (has(object.spec.templateRef) && "
            f"object.spec.templateRef.name in {own} && (!has(object.spec.templateRef.namespace) || "
            f"object.spec.templateRef.namespace == '{namespace}'))",
            "message": f"a Space of team {team.name} uses one of its templates: {', '.join(team.templates)}",
        },
        *(
            {
                "expression": f"{_unchanged(field)} || "
                f"(has(object.spec.templateRef) && object.spec.templateRef.name in {shared}) || "
                f"(has(object.spec.{field}) && object.spec.{field} == 'OwnerOnly')",
                "message": f"{field} is OwnerOnly, unless the template is a shared one",
            }
            for field in ("accessType", "ownershipType")
        ),
    ]
    if web_ui:
        longest = longest_space_name(namespace)
        rules.append(
            {
                "expression": f"object.metadata.name.size() <= {longest}",
                "message": f"the name of a Space has {longest} characters at most here: it stands in its host",
            }
        )
    selector = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    return [
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name, "labels": {TEAM_LABEL: team.name}},
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {
                    "resourceRules": [
                        {
                            "apiGroups": ["workspace.jupyter.org"],
                            "apiVersions": ["v1alpha1"],
                            "operations": ["CREATE", "UPDATE"],
                            "resources": ["workspaces"],
                        }
                    ]
                },
                # What is being deleted may lose its finalizers, whatever it is like.
                "matchConditions": [
                    {"name": "not-being-deleted", "expression": "!has(object.metadata.deletionTimestamp)"}
                ],
                "validations": rules,
            },
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name, "labels": {TEAM_LABEL: team.name}},
            "spec": {"policyName": name, "validationActions": ["Deny"], "matchResources": selector},
        },
    ]


def _unchanged(field: str) -> str:
    """What was let in stays as it is when the rules change: it must still be possible to stop it."""
    return (
        f"(request.operation == 'UPDATE' && has(object.spec.{field}) && has(oldObject.spec.{field}) && "
        f"object.spec.{field} == oldObject.spec.{field})"
    )


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"
