"""The table of requests, read: each line with what it becomes in each exposure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.gateway.routes.request import Request

TABLE = Path(__file__).with_name("requests.yaml")
EXPOSURES = ("public", "private", "cloudfront", "cloudfront-domain")
_GROUP_KEYS = {"name", "answer", "requests"}
_KEYS = {
    "name",
    "send",
    "answer",
    "counts",
    "host",
    "client",
    "scheme",
    "query",
    "query_bytes",
    "headers",
    "body",
    "bytes",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One request of the table."""

    name: str
    given: Mapping[str, Any]
    answer: str | Mapping[str, str]
    counts: frozenset[str] = field(default_factory=frozenset)

    def expected(self, exposure: str) -> str:
        return self.answer if isinstance(self.answer, str) else self.answer[exposure]

    def request(self, *, host: str, client: IPv4Address) -> Request:
        """As a client of an exposure sends it to the exposure's host."""
        given = self.given
        method, path = given["send"].split(" ", 1)
        return Request(
            method=method,
            path=path,
            scheme=given.get("scheme", "https"),
            host=given.get("host", "{host}").format(host=host, HOST=host.upper()),
            query="a" * given["query_bytes"] if "query_bytes" in given else given.get("query", ""),
            headers={"user-agent": "python-httpx/0.28", **given.get("headers", {})},
            body=b"a" * given["bytes"] if "bytes" in given else given.get("body", "").encode(),
            client=IPv4Address(given["client"]) if "client" in given else client,
        )


def lines() -> Iterator[Line]:
    """Every line of the table.

    Raises:
        ValueError: for a key that means nothing, an answer that is missing, or one for a strange exposure.
    """
    for group in YAML(typ="safe").load(TABLE.read_text()):
        if strange := set(group) - _GROUP_KEYS:
            raise ValueError(f"{group['name']}: {sorted(strange)}")
        for given in group["requests"]:
            name = f"{group['name']}: {given['name']}"
            answer = given.get("answer", group.get("answer"))
            if strange := set(given) - _KEYS:
                raise ValueError(f"{name}: {sorted(strange)}")
            if not answer or (isinstance(answer, dict) and set(answer) != set(EXPOSURES)):
                raise ValueError(f"{name}: an answer for each of {', '.join(EXPOSURES)}")
            yield Line(name=name, given=given, answer=answer, counts=frozenset(given.get("counts", ())))
