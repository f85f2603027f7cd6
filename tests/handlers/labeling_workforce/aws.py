"""SageMaker, Cognito and CloudFormation behind botocore's real clients, which check every call and answer against AWS's
own model; a policy decides whether it may be made.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from botocore.awsrequest import AWSResponse
from botocore.model import ServiceModel
from botocore.session import Session
from botocore.validate import validate_parameters

from tests.gateway.iam_policy import Statement, allows

ACCOUNT, REGION = "111122223333", "eu-west-1"
STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Labeling-Labeling/01234567-89ab-cdef-0123-456789abcdef"
POOL, CLIENT, HOST = "eu-west-1_AbCdEf123", "1h57kf5cpq17m0eml12EXAMPLE", "a1b2c3d4e5.labeling.eu-west-1.sagemaker.aws"
SECRET = "the-client-secret-that-nobody-may-see"
DECLARED = {
    "UserPoolId": POOL,
    "ClientId": CLIENT,
    "ClientName": "labeling",
    "ClientSecret": SECRET,
    "CreationDate": 0,
    "LastModifiedDate": 0,
    "RefreshTokenValidity": 30,
    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    "AllowedOAuthFlowsUserPoolClient": False,
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": True,
    "AuthSessionValidity": 3,
}
"""The client as CloudFormation leaves it."""
_SESSION = Session()  # it keeps the models that it has read
_ANSWERS = ("ClientSecret", "CreationDate", "LastModifiedDate")
_THROTTLED = {"sagemaker": "ThrottlingException", "cognito-idp": "TooManyRequestsException"}


class Refused(Exception):  # noqa: N818
    """An error of an API."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Aws:
    """What there is, what was called, and what is to go wrong."""

    workforces: list[dict[str, Any]] = field(default_factory=list)
    teams: list[dict[str, Any]] = field(default_factory=list)
    stack_status: str = "UPDATE_IN_PROGRESS"
    client: dict[str, Any] | None = field(default_factory=lambda: dict(DECLARED))
    statements: Sequence[Statement] | None = None
    """Of the caller's role; None: it may do everything."""
    busy: int = 0
    """So many calls still meet a service that throttles."""
    contended: int = 0
    """So many updates find that somebody else changes the client."""
    calls: list[str] = field(default_factory=list)

    def connect(self, service: str, **more: Any) -> Any:
        access = {"region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = _SESSION.create_client(service, **access, **more)
        # In place of the network, so that botocore still repeats what was throttled.
        client.meta.events.register("before-send", partial(self._answer, client.meta.service_model))
        return client

    def made(self, *operations: str) -> int:
        return sum(call in operations for call in self.calls)

    def _answer(self, model: ServiceModel, event_name: str, request: Any, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        self.calls.append(operation)
        text = request.body.decode() if isinstance(request.body, bytes) else request.body
        asked = dict(parse_qsl(text)) if model.protocol == "query" else json.loads(text)
        try:
            self._authorize(f"{model.endpoint_prefix}:{operation}", asked)
            if self.busy:
                self.busy -= 1
                raise Refused(_THROTTLED[model.service_name])
            answer = getattr(self, f"_{operation}")(asked)
        except Refused as refused:
            return _response(request.url, 400, json.dumps({"__type": refused.code, "message": refused.code}))
        if isinstance(answer, dict):
            validate_parameters(answer, model.operation_model(operation).output_shape)
        return _response(request.url, 200, json.dumps(answer) if isinstance(answer, dict) else answer)

    def _authorize(self, action: str, request: Mapping[str, Any]) -> None:
        if self.statements is None:
            return
        pool = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{request.get('UserPoolId')}"
        resource = pool if action.startswith("cognito-idp") else request.get("StackName", "*")
        action = action.replace("api.sagemaker", "sagemaker")
        if not allows(self.statements, action=action, resource=resource, context={}):
            raise Refused("AccessDeniedException")

    def _ListWorkforces(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return _page("Workforces", self.workforces, request)

    def _ListWorkteams(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return _page("Workteams", self.teams, request)

    def _DescribeStacks(self, request: Mapping[str, Any]) -> str:  # noqa: N802
        assert request["StackName"] == STACK
        stack = f"<StackName>Labeling-Labeling</StackName><StackStatus>{self.stack_status}</StackStatus>"
        stacks = f"<DescribeStacksResult><Stacks><member>{stack}</member></Stacks></DescribeStacksResult>"
        return f"<DescribeStacksResponse>{stacks}</DescribeStacksResponse>"

    def _DescribeUserPoolClient(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"UserPoolClient": dict(self._client(request))}

    def _UpdateUserPoolClient(self, request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        client = self._client(request)
        if self.contended:
            self.contended -= 1
            raise Refused("ConcurrentModificationException")
        # As Cognito does: what is not sent is reset.
        self.client = {**{name: client[name] for name in _ANSWERS}, **request}
        return {"UserPoolClient": dict(self.client)}

    def _client(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if self.client is None or (request["UserPoolId"], request["ClientId"]) != (POOL, CLIENT):
            raise Refused("ResourceNotFoundException")
        return self.client


def workforce(name: str = "default", **more: Any) -> dict[str, Any]:
    """A private workforce with Cognito, as ListWorkforces shows it."""
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workforce/{name}"
    pool = {"CognitoConfig": {"UserPool": POOL, "ClientId": CLIENT}}
    return {"WorkforceName": name, "WorkforceArn": arn, "SubDomain": HOST, "Status": "Active", **pool, **more}


def with_oidc(name: str = "default") -> dict[str, Any]:
    found = workforce(name, OidcConfig={"ClientId": "labeling"})
    del found["CognitoConfig"]
    return found


def of_a_vendor() -> dict[str, Any]:
    """One from the marketplace: it is listed too, and is no private one."""
    found = workforce("vendor")
    return {"WorkforceName": found["WorkforceName"], "WorkforceArn": found["WorkforceArn"]}


def team(name: str, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workteam/private-crowd/{name}"
    return {"WorkteamName": name, "WorkteamArn": arn, "MemberDefinitions": [{}], "Description": name, **more}


def _page(key: str, items: Sequence[Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """One at a time, so that whoever reads only the first page is found out."""
    start = int(request.get("NextToken", 0))
    more = {"NextToken": str(start + 1)} if start + 1 < len(items) else {}
    return {key: list(items[start : start + 1]), **more}


class _Body(BytesIO):
    def stream(self, *_: Any) -> Iterator[bytes]:
        yield self.read()


def _response(url: str, status: int, text: str) -> AWSResponse:
    return AWSResponse(url, status, {}, _Body(text.encode()))
