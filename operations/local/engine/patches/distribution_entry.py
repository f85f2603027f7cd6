"""CloudFront: a request carries no credentials, so the engine looks for its distribution in one account only; and some
paths, such as `/health`, are the engine's own before it looks at the host.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import SCRATCH_ACCOUNT, expect

PREFIX = "/_cloudfront/"
"""Before the path: `/_cloudfront/d111111abcdef8/health`, as the engine has `/_alb/<name>/` for load balancers."""


def apply() -> None:
    """Find it in every account, serve the request in its own, and take it by a path that belongs to nobody else."""
    application: Any = import_module("ministack.app")
    cloudfront: Any = import_module("ministack.services.cloudfront")
    responses: Any = import_module("ministack.core.responses")
    serve: Callable[..., Awaitable[Any]] = cloudfront.handle_viewer_request
    special: Callable[..., Awaitable[Any]] = application._handle_special_data_plane_request

    def by_label(label: str) -> dict[str, Any] | None:
        # The store of one account hides the others'.
        held: list[dict[str, Any]] = list(cloudfront._distributions._data.values())
        return next((item for item in held if item["DomainName"].lower() == f"{label}.cloudfront.net"), None)

    async def in_its_own_account(distribution: dict[str, Any], *request: Any, **named: Any) -> Any:
        with responses.request_scope(distribution["ARN"].split(":")[4], "us-east-1"):
            return await serve(distribution, *request, **named)

    async def by_path(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query: dict[str, Any],
        request_id: str,
        *,
        raw_path: str | None = None,
        raw_query_string: str = "",
        client_ip: str = "127.0.0.1",
    ) -> Any:
        if not path.startswith(PREFIX):
            return await special(
                method,
                path,
                headers,
                body,
                query,
                request_id,
                raw_path=raw_path,
                raw_query_string=raw_query_string,
                client_ip=client_ip,
            )
        label, own = _split(path)
        _, raw = _split(raw_path or path)
        return await application._handle_cloudfront_dataplane_request(
            f"{label}.cloudfront.net", own, raw, raw_query_string, method, headers, body, query, client_ip
        )

    cloudfront.find_distribution_for_label, cloudfront.handle_viewer_request = by_label, in_its_own_account
    application._handle_special_data_plane_request = by_path


def _split(path: str) -> tuple[str, str]:
    label, _, rest = path.removeprefix(PREFIX).partition("/")
    return label, f"/{rest}"


def check() -> None:
    """A distribution is found from another account."""
    cloudfront: Any = import_module("ministack.services.cloudfront")
    arn = f"arn:aws:cloudfront::{SCRATCH_ACCOUNT}:distribution/one"
    cloudfront._distributions["one"] = {"DomainName": "abc.cloudfront.net", "ARN": arn}
    with import_module("ministack.core.responses").request_scope("000000000002", "eu-west-1"):
        found = cloudfront.find_distribution_for_label("abc")
    cloudfront._distributions.pop("one")
    expect(found is not None, "it is not found from another account")
    expect(_split(f"{PREFIX}abc/a%2Fb") == ("abc", "/a%2Fb"), "the path is not taken apart")
