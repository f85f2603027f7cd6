"""Events as CDK's provider framework hands them on."""

from typing import Any

from tests.handlers.labeling_workforce.aws import CLIENT, HOST, POOL, STACK


def guard(kind: str = "Create", *, before: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """For the guard; a new workforce with Cognito, unless `properties` say otherwise."""
    given = {"Mode": "create", "Name": "labeling-labeling", "SignIn": "cognito", "Oidc": "none"}
    old = {"OldResourceProperties": {**given, **(before or {})}} if kind == "Update" else {}
    return _event(kind, "Custom::LabelingWorkforceGuard", {**given, **properties}, old)


def sign_in(kind: str = "Create", **properties: Any) -> dict[str, Any]:
    """For the portal's addresses."""
    given = {"UserPoolId": POOL, "ClientId": CLIENT, "SubDomain": HOST, "Declared": "0"}
    old = {"OldResourceProperties": given} if kind == "Update" else {}
    return _event(kind, "Custom::LabelingPortalSignIn", {**given, **properties}, old)


def _event(kind: str, resource_type: str, properties: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResourceType": resource_type,
        "RequestId": "11111111-2222-3333-4444-555555555555",
        "StackId": STACK,
        "LogicalResourceId": "Resource",
        "ResourceProperties": properties,
        **({"PhysicalResourceId": "x"} if kind != "Create" else {}),
        **more,
    }
