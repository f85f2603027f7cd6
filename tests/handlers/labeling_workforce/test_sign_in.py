"""The portal's addresses come onto the app client, and stay there, with all else that it has."""

import json
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

from groundwork.python_function import package
from labeling_workforce import handler
from labeling_workforce.sign_in import ATTEMPTS, PHYSICAL_ID, PortalError
from tests.handlers.labeling_workforce.aws import DECLARED, HOST, SECRET, Aws
from tests.handlers.labeling_workforce.events import sign_in

OPENED = {
    "CallbackURLs": [f"https://{HOST}/oauth2/idpresponse"],
    "LogoutURLs": [f"https://{HOST}/logout"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["email", "openid", "profile"],
    "SupportedIdentityProviders": ["COGNITO"],
}


def opened() -> None:
    event = sign_in()
    answer = handler.on_event(event, None)
    assert answer == {"PhysicalResourceId": PHYSICAL_ID}
    assert handler.is_complete({**event, **answer}, None) == {"IsComplete": True}


def test_the_client_gets_the_addresses_and_keeps_what_it_has(aws: Aws) -> None:
    opened()
    assert aws.client == {**DECLARED, **OPENED}


def test_the_second_time_nothing_is_written(aws: Aws) -> None:
    opened()
    opened()
    assert aws.made("UpdateUserPoolClient") == 1


def test_what_an_update_of_cloudformation_wiped_comes_back(aws: Aws) -> None:
    opened()
    aws.client = {**DECLARED, "AuthSessionValidity": 5}
    handler.on_event(sign_in("Update", Declared="1"), None)
    assert aws.client == {**DECLARED, **OPENED, "AuthSessionValidity": 5}


def test_what_sagemaker_has_set_stays_and_addresses_of_another_portal_go(aws: Aws) -> None:
    its = f"https://{HOST}"
    aws.client = {**DECLARED, "CallbackURLs": ["https://old.labeling.eu-west-1.sagemaker.aws/oauth2/idpresponse", its]}
    opened()
    assert aws.client["CallbackURLs"] == [its, *OPENED["CallbackURLs"]]


def test_tokens_never_travel_in_an_address(aws: Aws) -> None:
    aws.client = {**DECLARED, **OPENED, "AllowedOAuthFlows": ["implicit", "code"]}
    opened()
    assert aws.client["AllowedOAuthFlows"] == ["code"]


def test_a_workforce_without_an_address_fails_the_deployment(aws: Aws) -> None:
    for host in ("", "a/b", "https://a"):
        with pytest.raises(PortalError, match="no address"):
            handler.on_event(sign_in(SubDomain=host), None)
    assert aws.calls == []


def test_somebody_who_changes_the_client_at_the_same_time_is_waited_for(aws: Aws) -> None:
    aws.contended = ATTEMPTS - 1
    opened()
    assert aws.client == {**DECLARED, **OPENED}
    assert aws.made("DescribeUserPoolClient") == ATTEMPTS


def test_somebody_who_never_ends_changing_it_fails_the_deployment(aws: Aws) -> None:
    aws.contended = ATTEMPTS
    with pytest.raises(PortalError, match="all the time"):
        handler.on_event(sign_in(), None)


def test_throttling_is_waited_for(aws: Aws) -> None:
    aws.busy = 3
    opened()
    assert aws.client == {**DECLARED, **OPENED}


def test_a_client_that_is_gone_fails_a_creation_and_no_deletion(aws: Aws) -> None:
    aws.client = None
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        handler.on_event(sign_in(), None)
    aws.calls.clear()
    for _ in range(2):
        assert handler.on_event(sign_in("Delete"), None) == {"PhysicalResourceId": PHYSICAL_ID}
    assert aws.calls == []


def test_the_secret_is_in_no_answer_and_no_log(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    answer = handler.on_event(sign_in(), None)
    said = [str(vars(record)) for record in caplog.records if record.name.startswith("service")]
    assert "Custom::LabelingPortalSignIn" in said[-1]
    assert SECRET not in json.dumps(answer) + "".join(said)


def test_another_type_is_refused(aws: Aws) -> None:
    with pytest.raises(ValueError, match="Custom::Other"):
        handler.on_event({**sign_in(), "ResourceType": "Custom::Other"}, None)


def test_the_package_has_all_that_the_handler_imports() -> None:
    """Beside boto3, which is in Lambda's own runtime."""
    program = (
        f"import sys; sys.path.insert(0, {str(package('labeling_workforce'))!r}); import labeling_workforce.handler"
    )
    subprocess.run([sys.executable, "-P", "-c", program], check=True, timeout=60, env={"PATH": ""})
