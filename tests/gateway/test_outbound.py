"""Which ports the tasks may call on."""

import pytest

from groundwork.gateway.outbound import outbound_ports
from tests.gateway.section import problems, section

OWN = """
models:
  - name: own
    deployments:
      - {{provider: openai-compatible, model: a, reach: vpc, url: "{url}"}}
secrets: DROP
"""


@pytest.mark.parametrize(
    ("url", "ports"),
    [
        ("http://models.internal.example.com:8000/v1", (443, 8000)),
        ("http://models.internal.example.com/v1", (80, 443)),
        ("https://models.internal.example.com/v1", (443,)),
    ],
)
def test_a_servers_port_is_opened(url: str, ports: tuple[int, ...]) -> None:
    assert outbound_ports(section(OWN.format(url=url))) == ports


def test_collectors_and_identity_providers_are_reached() -> None:
    change = """
secrets: {pk: create, sk: create, client: create}
tracing:
  otel: {endpoint: "http://collector.internal.example.com:4317", protocol: otlp_grpc}
  langfuse: {host: "https://langfuse.internal.example.com:3000", reach: vpc, public_key: pk, secret_key: sk}
sign_in:
  users: 2
  client_id: admin
  client_secret: client
  authorization_endpoint: https://login.example.com:1/authorize
  token_endpoint: https://login.example.com:8443/token
  userinfo_endpoint: https://login.example.com:8443/userinfo
"""
    assert outbound_ports(section(change)) == (443, 3000, 4317, 8443)


def test_a_port_that_there_is_not_is_refused() -> None:
    (problem,) = problems(OWN.format(url="http://models.internal.example.com:70000/v1"))
    assert "not a port" in problem


def test_a_collector_in_the_gateways_own_task_is_refused() -> None:
    (problem,) = problems('tracing: {otel: {endpoint: "http://localhost:4318"}}')
    assert "the address of a collector" in problem
