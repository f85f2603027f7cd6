"""Statements of firewall rules, evaluated; a kind that is not modelled raises."""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from tests.gateway.routes.request import Request
from tests.gateway.routes.transformations import transform

Counters = defaultdict[tuple[str, str], deque[float]]
"""By rule and address: when it was seen."""


@dataclass
class Context:
    """One request on its way through the rules."""

    request: Request
    inspected: int
    """Bytes of the body that reach the firewall."""
    resources: Mapping[str, Any]
    counters: Counters
    rule: str = ""
    labels: set[str] = field(default_factory=set)


def matches(statement: dict[str, Any], context: Context) -> bool:
    """Whether a statement holds for a request.

    Raises:
        NotImplementedError: for a kind that is not modelled here.
    """
    ((kind, body),) = statement.items()
    if kind not in _KINDS:
        raise NotImplementedError(f"statement {kind}")
    return _KINDS[kind](body, context)


def _part(wanted: dict[str, Any], context: Context) -> str:
    ((kind, detail),) = wanted.items()
    request = context.request
    match kind:
        case "UriPath":
            return request.path
        case "QueryString":
            return request.query
        case "Method":
            return request.method
        case "SingleHeader":
            name = detail["Name"].lower()
            return request.host if name == "host" else request.headers.get(name, "")
        case "Body":
            return request.body[: context.inspected].decode("latin-1")
        case _:
            raise NotImplementedError(f"field {kind}")


def _text(body: dict[str, Any], context: Context) -> str:
    return transform(_part(body["FieldToMatch"], context), body["TextTransformations"])


def _regex(body: dict[str, Any], context: Context) -> bool:
    # WAF takes PCRE's syntax, where `$` also stands before a last line feed, as in Python.
    return re.search(body["RegexString"], _text(body, context)) is not None


def _bytes(body: dict[str, Any], context: Context) -> bool:
    text, wanted = _text(body, context), body["SearchString"]
    match body["PositionalConstraint"]:
        case "EXACTLY":
            return text == wanted
        case "STARTS_WITH":
            return text.startswith(wanted)
        case "ENDS_WITH":
            return text.endswith(wanted)
        case "CONTAINS":
            return wanted in text
        case other:
            raise NotImplementedError(f"position {other}")


def _size(body: dict[str, Any], context: Context) -> bool:
    # A body that is longer than what is inspected counts with its whole length.
    whole = "Body" in body["FieldToMatch"] and len(context.request.body) > context.inspected
    size, limit = len(context.request.body) if whole else len(_text(body, context)), body["Size"]
    compared = {"GT": size > limit, "GE": size >= limit, "LT": size < limit, "LE": size <= limit, "EQ": size == limit}
    return compared[body["ComparisonOperator"]]


def _addresses(body: dict[str, Any], context: Context) -> bool:
    if "IPSetForwardedIPConfig" in body:
        raise NotImplementedError("addresses from a header")
    name, attribute = body["Arn"]["Fn::GetAtt"]
    if attribute != "Arn":
        raise ValueError(f"{attribute} of an address set is no ARN")
    addresses = context.resources[name]["Properties"]["Addresses"]
    return any(context.request.client in IPv4Network(address) for address in addresses)


def _label(body: dict[str, Any], context: Context) -> bool:
    if body["Scope"] != "LABEL":
        raise NotImplementedError("namespaces of labels")
    return body["Key"] in context.labels


def _rate(body: dict[str, Any], context: Context) -> bool:
    if body["AggregateKeyType"] != "IP":
        raise NotImplementedError(f"a rate by {body['AggregateKeyType']}")
    if "ScopeDownStatement" in body and not matches(body["ScopeDownStatement"], context):
        return False
    # AWS counts with some delay, this at once:
    # https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-caveats.html
    request = context.request
    seen = context.counters[context.rule, str(request.client)]
    seen.append(request.at)
    while seen[0] <= request.at - body.get("EvaluationWindowSec", 300):
        seen.popleft()
    return len(seen) > body["Limit"]


_KINDS: dict[str, Callable[[dict[str, Any], Context], bool]] = {
    "RegexMatchStatement": _regex,
    "ByteMatchStatement": _bytes,
    "SizeConstraintStatement": _size,
    "IPSetReferenceStatement": _addresses,
    "LabelMatchStatement": _label,
    "RateBasedStatement": _rate,
    "AndStatement": lambda body, context: all(matches(one, context) for one in body["Statements"]),
    "OrStatement": lambda body, context: any(matches(one, context) for one in body["Statements"]),
    "NotStatement": lambda body, context: not matches(body["Statement"], context),
}
