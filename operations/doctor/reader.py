"""Asks AWS, and never changes a thing: only calls that a check has declared, retried where AWS throttles."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ParamValidationError,
)

from operations.doctor.finding import Finding, unknown
from operations.errors import OperationError

Answer = dict[str, Any]
CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 8})
"""Service Quotas allows few calls a second: attempts wait up to 1, 2, 4 ... 20 s, a minute in all."""

_DENIED = frozenset(
    "AccessDenied AccessDeniedException UnauthorizedOperation AuthorizationError AllAccessDisabled 403".split()
)
_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown")
_NO_CREDENTIALS = frozenset(
    """ExpiredToken ExpiredTokenException InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId
    SignatureDoesNotMatch InvalidSignatureException AuthFailure""".split()
)


@dataclass(frozen=True, kw_only=True)
class Read:
    """A call that a check makes."""

    service: str
    """As boto3 names it."""
    operation: str
    """As the API names it."""
    action: str
    """What IAM has to allow."""


class UnansweredError(Exception):
    """AWS did not say. The finding is unknown, never a pass."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy

    def about(self, subject: str) -> Finding:
        return unknown(subject, self.reason, self.remedy)


class RefusedError(Exception):
    """AWS answered with an error that means something to the check, such as that a thing does not exist."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


Clients = Callable[[str, str], Any]
"""A boto3 client by service and Region."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What a check asks AWS through."""

    clients: Clients
    region: str
    """Where it asks, unless it says otherwise."""
    reads: tuple[Read, ...]
    """The calls that it may make."""
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    """What was answered already; checks share it."""

    def ask(self, service: str, operation: str, *, region: str | None = None, **parameters: Any) -> Answer:
        """The answer to one call.

        Raises:
            UnansweredError: access is denied, or AWS cannot be reached.
            RefusedError: any other error that AWS answers with.
            OperationError: the credentials are of no use.
            LookupError: the check has not declared this call.
        """
        read = next((r for r in self.reads if (r.service, r.operation) == (service, operation)), None)
        if read is None:
            raise LookupError(f"{service}:{operation} is not declared")
        region = region or self.region
        key = json.dumps([service, operation, region, parameters], sort_keys=True, default=str)
        if key not in self.answers:
            self.answers[key] = self._call(read, region, parameters)
        return self.answers[key]

    def ask_all(
        self, service: str, operation: str, key: str, *, tokens: tuple[str, str], region: str | None = None, **more: Any
    ) -> Iterator[Answer]:
        """Every entry of an answer that comes in pages, as they are needed.

        Args:
            key: the member that holds the entries.
            tokens: the members that name the next page, in the request and in the answer.
        """
        while True:
            page = self.ask(service, operation, region=region, **more)
            yield from page.get(key, ())
            if not (token := page.get(tokens[1])):
                return
            more[tokens[0]] = token

    def _call(self, read: Read, region: str, parameters: dict[str, Any]) -> Answer:
        try:
            client = self.clients(read.service, region)
            answer: Answer = getattr(client, _method(client, read.operation))(**parameters)
            # A body can be read once, and checks share answers.
            return answer | ({"Body": answer["Body"].read()} if "Body" in answer else {})
        except ClientError as error:
            response: Answer = cast("Any", error).response
            details: dict[str, str] = response.get("Error", {})
            code, message = details.get("Code", ""), details.get("Message", "")
            if code in _NO_CREDENTIALS:
                raise OperationError(f"AWS does not accept the credentials ({code}): {message}") from None
            if code in _DENIED:
                raise _denial(read.action, region, message) from None
            if code.startswith(_THROTTLED):
                raise UnansweredError(f"{region} throttles {read.action}", "ask again in some minutes") from None
            raise RefusedError(code, message) from None
        except ParamValidationError as error:
            # A value of the file that AWS would refuse before it looks.
            raise RefusedError("ValidationException", str(error)) from None
        except BotoCoreError as error:
            raise UnansweredError(f"{read.service} of {region} was not reached: {error}", "check the network") from None


def _denial(action: str, region: str, message: str) -> UnansweredError:
    # Who may read an object but not use its key is denied as well: the message names which of the two it was.
    named = re.search(r"perform: ([a-z0-9-]+:[A-Za-z]+)", message)
    action = named[1] if named else action
    if "service control policy" in message:
        return UnansweredError(f"an organization denies {action} in {region}", "ask it for an exception")
    remedy = f"allow {action}; `doctor ENV --policy` prints all that is needed"
    return UnansweredError(f"{action} is denied in {region}", remedy)


def _method(client: Any, operation: str) -> str:
    mapping: dict[str, str] = client.meta.method_to_api_mapping
    return next(method for method, api in mapping.items() if api == operation)


T = TypeVar("T")


def each(
    things: Iterable[T], subject: Callable[[T], str], examine: Callable[[T], Iterable[Finding]]
) -> Iterator[Finding]:
    """Look at things one by one: what cannot be said of one hides nothing of the others."""
    for thing in things:
        try:
            yield from list(examine(thing))
        except UnansweredError as error:
            yield error.about(subject(thing))
        except RefusedError as error:
            yield unknown(subject(thing), f"AWS answered {error}")
