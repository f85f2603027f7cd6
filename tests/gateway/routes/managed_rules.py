"""The rules of AWS's managed groups, as far as AWS publishes them.

What they match exactly is AWS's; each stands here with the example that its page gives. That is enough for the one
question asked: what of it does OUR template block, and what does it only count?

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html and
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html, read 2026-11-23
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import unquote_plus

from tests.gateway.routes.request import Request


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as a managed rule sees it."""

    request: Request
    inspected: int
    """Bytes of the body that reach the firewall."""
    bad_addresses: frozenset[IPv4Address]

    def body(self) -> str:
        return self.request.body[: self.inspected].decode("latin-1")

    def path(self) -> str:
        return self.request.path

    def query(self) -> str:
        return unquote_plus(self.request.query)

    def cookie(self) -> str:
        return self.request.headers.get("cookie", "")

    def headers(self) -> str:
        return "\n".join(self.request.headers.values())


Part = Callable[[Seen], str]
Predicate = Callable[[Seen], bool]


def _matches(part: Part, pattern: str) -> Predicate:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda seen: compiled.search(part(seen)) is not None


_SCRIPT = r"<script|javascript:"
_METADATA = r"169\.254\.169\.254"
_LOCAL_FILE = r"\.\./\.\./"
_REMOTE_FILE = r"(https?|ftps?|file)://\d{1,3}(\.\d{1,3}){3}"
_EXTENSION = r"\.(log|ini|bak|sql|cfg)($|/)"
_LOG4J = r"\$\{jndi:"
_JAVA = r"\(java\.lang\.Runtime\)\.getRuntime\(\)\.exec"

COMMON: dict[str, Predicate] = {
    "NoUserAgent_HEADER": lambda seen: not seen.request.headers.get("user-agent"),
    "UserAgent_BadBots_HEADER": lambda seen: bool(
        re.search("nessus|nmap", seen.request.headers.get("user-agent", ""), re.IGNORECASE)
    ),
    "SizeRestrictions_QUERYSTRING": lambda seen: len(seen.request.query) > 2048,
    "SizeRestrictions_Cookie_HEADER": lambda seen: len(seen.cookie()) > 10240,
    "SizeRestrictions_BODY": lambda seen: len(seen.request.body) > 8192,
    "SizeRestrictions_URIPATH": lambda seen: len(seen.path()) > 1024,
    "EC2MetaDataSSRF_BODY": _matches(Seen.body, _METADATA),
    "EC2MetaDataSSRF_COOKIE": _matches(Seen.cookie, _METADATA),
    "EC2MetaDataSSRF_URIPATH": _matches(Seen.path, _METADATA),
    "EC2MetaDataSSRF_QUERYARGUMENTS": _matches(Seen.query, _METADATA),
    "GenericLFI_QUERYARGUMENTS": _matches(Seen.query, _LOCAL_FILE),
    "GenericLFI_URIPATH": _matches(Seen.path, _LOCAL_FILE),
    "GenericLFI_BODY": _matches(Seen.body, _LOCAL_FILE),
    "RestrictedExtensions_URIPATH": _matches(Seen.path, _EXTENSION),
    "RestrictedExtensions_QUERYARGUMENTS": _matches(Seen.query, _EXTENSION),
    "GenericRFI_QUERYARGUMENTS": _matches(Seen.query, _REMOTE_FILE),
    "GenericRFI_BODY": _matches(Seen.body, _REMOTE_FILE),
    "GenericRFI_URIPATH": _matches(Seen.path, _REMOTE_FILE),
    "CrossSiteScripting_COOKIE": _matches(Seen.cookie, _SCRIPT),
    "CrossSiteScripting_QUERYARGUMENTS": _matches(Seen.query, _SCRIPT),
    "CrossSiteScripting_BODY": _matches(Seen.body, _SCRIPT),
    "CrossSiteScripting_URIPATH": _matches(Seen.path, _SCRIPT),
}
BAD_INPUTS: dict[str, Predicate] = {
    "JavaDeserializationRCE_BODY": _matches(Seen.body, _JAVA),
    "JavaDeserializationRCE_URIPATH": _matches(Seen.path, _JAVA),
    "JavaDeserializationRCE_QUERYSTRING": _matches(Seen.query, _JAVA),
    "JavaDeserializationRCE_HEADER": _matches(Seen.headers, _JAVA),
    "Host_localhost_HEADER": lambda seen: "localhost" in seen.request.host.lower(),
    "PROPFIND_METHOD": lambda seen: seen.request.method == "PROPFIND",
    "ExploitablePaths_URIPATH": _matches(Seen.path, "web-inf"),
    "Log4JRCE_QUERYSTRING": _matches(Seen.query, _LOG4J),
    "Log4JRCE_BODY": _matches(Seen.body, _LOG4J),
    "Log4JRCE_URIPATH": _matches(Seen.path, _LOG4J),
    "Log4JRCE_HEADER": _matches(Seen.headers, _LOG4J),
    # CVE-2025-55182; AWS names the rule and gives no example.
    "ReactJSRCE_BODY": _matches(Seen.body, r"\$\d+:__proto__:"),
}
IP_REPUTATION: dict[str, Predicate] = {
    "AWSManagedIPReputationList": lambda seen: seen.request.client in seen.bad_addresses,
}
"""Its two other lists, of reconnaissance and of denial of service, hold addresses in the same way."""

MANAGED_GROUPS = {
    "AWSManagedRulesCommonRuleSet": COMMON,
    "AWSManagedRulesKnownBadInputsRuleSet": BAD_INPUTS,
    "AWSManagedRulesAmazonIpReputationList": IP_REPUTATION,
}
CAPACITY = {
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesAmazonIpReputationList": 25,
}
"""What each costs, in web ACL capacity units."""
