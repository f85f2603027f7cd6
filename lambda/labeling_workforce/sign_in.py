"""Lets workers come from Cognito's sign-in page to their portal, whose address exists only after the workforce.

The workforce needs the app client, and the client the portal's address: so the template has the client without any
address, and this sets it. `/oauth2/idpresponse` is the documented answer address, and the code grant what Ground Truth
uses (https://docs.aws.amazon.com/sagemaker/latest/dg/sms-workforce-create-private-oidc.html).
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

PHYSICAL_ID = "labeling-portal-sign-in"
ATTEMPTS = 5
"""SageMaker writes to the client too, when a workforce or a team is made."""
WAIT_SECONDS = 2.0


class PortalError(Exception):
    """Nobody could sign in; the text says why, in the error of the deployment."""


def open_portal(event: Mapping[str, Any], *, cognito: Any) -> dict[str, Any]:
    """Set the portal's addresses on the client, unless they are there.

    The properties are `UserPoolId`, `ClientId`, `SubDomain`, and `Declared`: whatever changes with what the template
    says of the client, because CloudFormation resets what it does not say. An update of Cognito resets what it is not
    sent as well: so all that the client has is sent back, but for addresses of another portal. On a delete nothing is
    done: the client goes right afterwards, and its addresses with it.

    Raises:
        PortalError: the workforce has no address, or others change the client all the time.
    """
    if event["RequestType"] == "Delete":
        return {"PhysicalResourceId": PHYSICAL_ID}
    properties = event["ResourceProperties"]
    host = properties["SubDomain"]
    if not host or urlsplit(f"https://{host}").netloc != host:
        raise PortalError(f"the workforce's portal has no address, but {host!r}")
    which = {"UserPoolId": properties["UserPoolId"], "ClientId": properties["ClientId"]}
    # The answer has the secret and dates too, which an update does not take.
    accepted = cognito.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
    for attempt in range(1, ATTEMPTS + 1):
        client = cognito.describe_user_pool_client(**which)["UserPoolClient"]
        wanted = {**client, **_opened(client, host)}
        if wanted == client:
            break
        try:
            # Nor an empty text, where one stands for none.
            sent = {name: value for name, value in wanted.items() if name in accepted and value != ""}
            cognito.update_user_pool_client(**sent)
            break
        except cognito.exceptions.ConcurrentModificationException as error:
            if attempt == ATTEMPTS:
                raise PortalError(f"others change the client {which['ClientId']} all the time: {error}") from error
            time.sleep(WAIT_SECONDS)
    return {"PhysicalResourceId": PHYSICAL_ID}


def _opened(client: Mapping[str, Any], host: str) -> dict[str, Any]:
    return {
        "CallbackURLs": _with(client.get("CallbackURLs"), f"https://{host}/oauth2/idpresponse", host),
        "LogoutURLs": _with(client.get("LogoutURLs"), f"https://{host}/logout", host),
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": _together(client.get("AllowedOAuthScopes"), ["email", "openid", "profile"]),
        "SupportedIdentityProviders": _together(client.get("SupportedIdentityProviders"), ["COGNITO"]),
    }


def _with(found: list[str] | None, needed: str, host: str) -> list[str]:
    """What SageMaker has set of this portal stays; what leads anywhere else goes."""
    return _together([url for url in found or [] if urlsplit(url).netloc == host], [needed])


def _together(found: list[str] | None, needed: list[str]) -> list[str]:
    return [*(found or []), *(each for each in needed if each not in (found or []))]
