"""Which ports the tasks call on, beside those of the database and the cache."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from groundwork.gateway.model_settings import OpenAiCompatibleDeployment
from groundwork.gateway.settings import GatewaySettings

HTTPS = 443
"""AWS itself and every provider that has a name of its own."""
_DEFAULT_PORTS = {"http": 80, "https": HTTPS}


def outbound_ports(gateway: GatewaySettings) -> tuple[int, ...]:
    """The TCP ports in order, each once; 443 is always among them."""
    found = (urlsplit(address) for address in _addresses(gateway))
    return tuple(sorted({HTTPS, *(address.port or _DEFAULT_PORTS[address.scheme] for address in found)}))


def _addresses(gateway: GatewaySettings) -> Iterator[str]:
    for model in gateway.models:
        yield from (d.url for d in model.deployments if isinstance(d, OpenAiCompatibleDeployment))
    if otel := gateway.tracing.otel:
        yield otel.endpoint
    if langfuse := gateway.tracing.langfuse:
        yield langfuse.host
    if sign_in := gateway.sign_in:
        # The first address is the browser's to call, not the gateway's.
        yield from (sign_in.token_endpoint, sign_in.userinfo_endpoint)
