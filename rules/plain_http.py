"""Plain HTTP only sends the caller to HTTPS: by the listener's default and by each of its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .finding import Finding
from .intrinsics import items, mapping
from .template import Template

RULE = "PlainHttpOnlyRedirects"


def check(template: Template) -> Iterator[Finding]:
    """Findings for listeners on plain HTTP, and for rules of such listeners, that do anything but redirect."""
    plain: set[str] = set()
    for listener in template.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        if "HTTP" in template.texts(listener.properties.get("Protocol")):
            plain.add(listener.id)
            yield from _check(template, listener.id, "DefaultActions", listener.properties)
    for rule in template.of_type("AWS::ElasticLoadBalancingV2::ListenerRule"):
        if template.references(rule.properties.get("ListenerArn")) & plain:
            yield from _check(template, rule.id, "Actions", rule.properties)


def _check(template: Template, resource: str, key: str, properties: Mapping[str, object]) -> Iterator[Finding]:
    for index, action in enumerate(items(properties.get(key))):
        problem = _problem(template, mapping(action))
        if problem:
            yield Finding(
                rule=RULE,
                resource=resource,
                path=f"Properties.{key}.{index}",
                message=problem[0],
                fix=problem[1],
            )


def _problem(template: Template, action: Mapping[str, object]) -> tuple[str, str] | None:
    if template.texts(action.get("Type")) != ("redirect",):
        return (
            "The listener serves plain HTTP: prompts, answers and keys travel in clear text.",
            "Redirect to HTTPS with status HTTP_301, and serve on a listener with a certificate.",
        )
    if template.texts(mapping(action.get("RedirectConfig")).get("Protocol")) != ("HTTPS",):
        return (
            "The redirect does not lead to HTTPS: RedirectConfig.Protocol is the request's own by default.",
            "Set RedirectConfig.Protocol to HTTPS.",
        )
    return None
