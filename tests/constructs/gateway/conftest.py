"""The shipped examples with a gateway, and what differs from them in one place."""

from collections.abc import Callable
from functools import cache

import pytest

from tests.conftest import Stack
from tests.constructs.gateway.templates import Platform, changed_text

Changed = Callable[[str, str], Platform]

CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
UNPROTECTED = f"""\
keep_data: false
gateway:
  clients: []
  domain: {{certificate: {CERTIFICATE!r}}}
  max_request_seconds: 3600
  database: {{rds: {{instance: db.t4g.medium}}, multi_az: false}}
  scaling: {{architecture: x86_64}}
"""
"""What takes away from the public example all that it need not have: nothing is kept, one copy of each, open to all."""


@pytest.fixture(scope="session")
def public(stacks: list[Stack]) -> Platform:
    """On the internet for named networks, without the admin UI; on RDS, data kept, in several zones."""
    return Platform.of(stacks, "GatewayPublic")


@pytest.fixture(scope="session")
def private(stacks: list[Stack]) -> Platform:
    """Internal and without internet; on Aurora, data kept, in several zones."""
    return Platform.of(stacks, "Canada")


@pytest.fixture(scope="session")
def trial(stacks: list[Stack]) -> Platform:
    """Behind CloudFront under its own name; small: Aurora in one zone, data not kept."""
    return Platform.of(stacks, "GatewayTrial")


@pytest.fixture(scope="session")
def edge(stacks: list[Stack]) -> Platform:
    """Behind CloudFront under a name of the user's; secrets of both kinds, a team, Aurora."""
    return Platform.of(stacks, "GatewayEdge")


@pytest.fixture(scope="session")
def changed(synthesized: Callable[..., list[Stack]]) -> Changed:
    """Synthesize an example after a change, once."""

    @cache
    def run(example: str, change: str) -> Platform:
        stacks = synthesized(changed_text(example, change))
        return Platform.of(stacks, stacks[0].environment)

    return run


@pytest.fixture(scope="session")
def brief(changed: Changed) -> Platform:
    """`edge` without the admin UI, for requests of a minute."""
    return changed("gateway-domain", "gateway: {ui: false, max_request_seconds: 60}")


@pytest.fixture(scope="session")
def scaled(changed: Changed) -> Platform:
    """`edge` with another number of tasks, and other reasons for one more."""
    scaling = "{min_tasks: 3, max_tasks: 7, cpu_percent: 55, requests_per_task: 900}"
    return changed("gateway-domain", f"gateway: {{scaling: {scaling}}}")


@pytest.fixture(scope="session")
def unprotected(changed: Changed) -> Platform:
    """What `UNPROTECTED` makes of `public`, for requests of an hour."""
    return changed("gateway-public", UNPROTECTED)
