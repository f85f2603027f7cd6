"""AWS behind boto3's real clients: botocore checks every call and every answer against AWS's own models."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import ParamValidationError
from botocore.validate import validate_parameters

Answer = Mapping[str, Any]


class Refused(Exception):  # noqa: N818
    """An error that AWS answers with."""

    def __init__(self, code: str, message: str = "no", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


DENIED = Refused("AccessDeniedException", "not authorized", 403)


@dataclass
class FakeAws:
    """Answers by `service:Operation`; each is a mapping, an error, or a function of the parameters."""

    answers: dict[str, Answer | Refused | Callable[[dict[str, Any]], Answer]]
    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    """`service:Operation`, parameters and Region of each call, in order."""

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _, _ in self.calls]

    def client(self, service: str, region: str) -> Any:
        _HANDLER.aws = self
        return _client(service, region)

    def answer(self, service: str, model: Any, params: dict[str, Any], region: str) -> tuple[Any, dict[str, Any]]:
        operation = f"{service}:{model.name}"
        self.calls.append((operation, params, region))
        found = self.answers.get(operation, DENIED)
        try:
            answer = dict(found(params) if callable(found) else _raised(found))
        except Refused as refused:
            error = {"Code": refused.code, "Message": refused.message}
            return _Http(refused.status), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": refused.status}}
        try:
            validate_parameters(answer, model.output_shape)
        except ParamValidationError as error:
            raise AssertionError(f"AWS answers no {operation} like this: {error}") from None
        if isinstance(answer.get("Body"), bytes):
            answer["Body"] = io.BytesIO(answer["Body"])
        return _Http(200), answer


def _raised(found: Answer | Refused) -> Answer:
    if isinstance(found, Refused):
        raise found
    return found


class _Handler:
    """Clients are made once, as reading AWS's models takes long; each call goes to the test at hand."""

    aws: FakeAws
    params: dict[str, Any]


_HANDLER = _Handler()


@cache
def _client(service: str, region: str) -> Any:
    client = session().client(service, region_name=region)

    def remember(params: dict[str, Any], **_: Any) -> None:
        _HANDLER.params = dict(params)

    def call(model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        return _HANDLER.aws.answer(service, model, _HANDLER.params, region)

    client.meta.events.register_first("before-parameter-build", remember)
    client.meta.events.register("before-call", call)
    return client


@cache
def session() -> Any:
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")


class _Http:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
