"""Whether a private workforce may be made, or the one that is named can be used: asked before anything is touched.

An account can have one private workforce in a Region
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateWorkforce.html).
"""

from collections.abc import Mapping, Sequence
from typing import Any

PHYSICAL_ID = "labeling-workforce-guard"
_NONE: Mapping[str, Any] = {}
_UNUSABLE = {"Failed", "Deleting"}


class WorkforceRefusedError(Exception):
    """Nothing must be made or changed; the text says why, in the error of the deployment."""


def look(event: Mapping[str, Any], *, sagemaker: Any, cloudformation: Any) -> dict[str, Any]:
    """Let a deployment go on, or refuse it; `Data` tells of the workforce that is there: empty texts where none is.

    The properties are `Mode` (`create` or `existing`), `Name`, `SignIn` (`cognito` or `oidc`), and `Oidc`: whatever
    changes with the identity provider's settings. AWS is only asked, so an event that comes twice changes nothing. A
    roll-back goes on, whatever is there: it must not fail for what it goes back from.

    Raises:
        WorkforceRefusedError: it is refused.
    """
    if event["RequestType"] == "Delete":
        return {"PhysicalResourceId": PHYSICAL_ID}
    found = _private_workforces(sagemaker)
    refused = _refusal(event, found, sagemaker)
    if refused and not (event["RequestType"] == "Update" and _rolls_back(event["StackId"], cloudformation)):
        raise WorkforceRefusedError(f"{refused} Nothing was made or changed.")
    name = event["ResourceProperties"]["Name"]
    workforce: Mapping[str, Any] = next((each for each in found if each["WorkforceName"] == name), _NONE)
    pool: Mapping[str, str] = workforce.get("CognitoConfig") or {}
    return {
        "PhysicalResourceId": PHYSICAL_ID,
        "Data": {
            "SubDomain": workforce.get("SubDomain", ""),
            "UserPool": pool.get("UserPool", ""),
            "ClientId": pool.get("ClientId", ""),
        },
    }


def _refusal(event: Mapping[str, Any], found: Sequence[Mapping[str, Any]], sagemaker: Any) -> str | None:
    wanted = event["ResourceProperties"]
    before: Mapping[str, Any] = event.get("OldResourceProperties") or {}
    own = before.get("Name") if before.get("Mode") == "create" else None
    if wanted["Mode"] == "existing":
        if own:
            return (
                f"The private workforce {own} is this stack's own: named as `existing`, it would be deleted as the "
                "stack's, and used. Leave `existing` out."
            )
        return _refusal_of_existing(wanted, found)
    for each in found:
        if each["WorkforceName"] != own:
            return _refusal_of_second(each)
    return _refusal_of_change(wanted, before, sagemaker) if own else None


def _refusal_of_existing(wanted: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> str | None:
    name = wanted["Name"]
    for each in found:
        if each["WorkforceName"] == name:
            sign_in = "cognito" if each.get("CognitoConfig") else "oidc"
            if sign_in != wanted["SignIn"]:
                return f"The workers of the private workforce {name} sign in by {sign_in}: set `sign_in: {sign_in}`."
            if each.get("Status") in _UNUSABLE:
                return f"The private workforce {name} is {each['Status']}: {each.get('FailureReason', 'no reason')}."
            return None
    there = ", ".join(each["WorkforceName"] for each in found)
    instead = f"The one that it has is {there}." if there else "It has none: leave `existing` out to have one made."
    return f"The account has no private workforce {name} in this Region. {instead}"


def _refusal_of_second(other: Mapping[str, Any]) -> str:
    name = other["WorkforceName"]
    if other.get("Status") == "Deleting":
        return f"The private workforce {name} is still being deleted: deploy again when it is gone."
    return (
        f"The account has the private workforce {name} in this Region already, and there can be only one. To add teams "
        f"to it, set `existing: {name}`. To have a new one, delete its work teams and then `aws sagemaker "
        f"delete-workforce --workforce-name {name}`."
    )


def _refusal_of_change(wanted: Mapping[str, Any], before: Mapping[str, Any], sagemaker: Any) -> str | None:
    if wanted["SignIn"] != before["SignIn"]:
        return (
            f"Where workers sign in cannot change from {before['SignIn']} to {wanted['SignIn']}: the workforce would "
            "have to be made anew beside the old one. Deploy once without the section's `workforce` and `teams`, then "
            "with them."
        )
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateWorkforce.html
    if wanted["Oidc"] != before["Oidc"] and _has_teams(sagemaker):
        return (
            "SageMaker changes an identity provider only while there is no work team. Deploy once without `teams`, "
            "then with the new settings, then with the teams."
        )
    return None


def _private_workforces(sagemaker: Any) -> list[dict[str, Any]]:
    """Those of vendors are listed too; they have no place where people sign in."""
    pages = sagemaker.get_paginator("list_workforces").paginate()
    return [
        each for page in pages for each in page["Workforces"] if each.get("CognitoConfig") or each.get("OidcConfig")
    ]


def _has_teams(sagemaker: Any) -> bool:
    pages = sagemaker.get_paginator("list_workteams").paginate()
    # Those of vendors come from the marketplace, and have its listing.
    return any(not team.get("ProductListingIds") for page in pages for team in page["Workteams"])


def _rolls_back(stack: str, cloudformation: Any) -> bool:
    (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return found["StackStatus"].endswith("ROLLBACK_IN_PROGRESS")
