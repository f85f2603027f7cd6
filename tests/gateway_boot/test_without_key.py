"""Who has no key gets no answer but from the routes that are listed here: from LiteLLM, or at the way in."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx

from groundwork.gateway.routes import closed_routes
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.routes import Route, all_routes, answer_without_key, path_of

AT_ONCE = 4
REFUSED = {401, 403}
HARMLESS: dict[Route, str] = {
    ("GET", "/health/liveliness"): "says that the process lives, to whoever watches from outside",
    ("GET", "/health/liveness"): "the same",
    ("GET", "/health/readiness"): "says that the database is reached, to the load balancer",
    ("GET", "/robots.txt"): "there is none",
    ("POST", "/api/event_logging/batch"): "takes what Claude Code reports of itself, and drops it",
    ("GET", "/v1/skills/{skill_id}/archive"): "there is none: no skill can be entered into an environment file",
    ("POST", "/{mcp_server_name}/register"): "a fixed answer; what it would register for is closed",
}
"""What answers without a key and is open, and why it may."""


def test_only_what_is_harmless_is_open_and_answers_without_a_key(proxy: Proxy):
    routes = all_routes()
    # What is not found by the one way to list them would be missed here.
    assert {("POST", "/v1/chat/completions"), ("GET", "/mcp/enabled"), ("WEBSOCKET", "/v1/realtime")} < set(routes)
    assert len(routes) > 900
    closed = [re.compile(group.regex) for group in closed_routes(admin_ui=False, docs=False)]
    is_open = [route for route in routes if not any(group.fullmatch(path_of(route)) for group in closed)]
    with httpx.Client(trust_env=False, timeout=30) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(lambda route: answer_without_key(proxy, client, route), is_open)
        answering = {route for route, status in zip(is_open, answers, strict=True) if status not in REFUSED}
    assert answering == set(HARMLESS)
