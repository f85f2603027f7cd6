"""Every Python rule of the pack, run over the templates of one assembly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from . import (
    callback_url,
    edge_certificate,
    key_lockout,
    literal_secret,
    missing_export,
    network_block,
    open_security_group,
    permissions_boundary,
    plain_http,
    policy_effect,
    unpinned_image,
    wildcard_action,
)
from .finding import Finding
from .template import Template

TEMPLATE_RULES: tuple[Callable[[Template], Iterator[Finding]], ...] = (
    literal_secret.check,
    open_security_group.check,
    wildcard_action.check,
    policy_effect.check,
    key_lockout.check,
    network_block.check,
    callback_url.check,
    permissions_boundary.check,
    plain_http.check,
    edge_certificate.check,
)
RULE_NAMES = (
    literal_secret.RULE,
    open_security_group.RULE,
    wildcard_action.RULE,
    policy_effect.RULE,
    key_lockout.RULE,
    network_block.RULE,
    callback_url.RULE,
    permissions_boundary.RULE,
    plain_http.RULE,
    edge_certificate.RULE,
    unpinned_image.RULE,
    missing_export.RULE,
    "TemplateIsReadable",
)


def check_templates(templates: Sequence[Template], *, digests: frozenset[str]) -> Iterator[tuple[Template, Finding]]:
    """All findings, template by template, then those that concern several templates."""
    for template in templates:
        for rule in TEMPLATE_RULES:
            for finding in rule(template):
                yield template, finding
        for finding in unpinned_image.check(template, digests=digests):
            yield template, finding
    yield from missing_export.check(templates)
