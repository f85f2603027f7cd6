"""Every Python rule of the pack, run over the templates of one assembly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from . import (
    callback_url,
    key_lockout,
    literal_secret,
    missing_export,
    network_block,
    open_security_group,
    policy_effect,
    unpinned_image,
    wildcard_action,
)
from .finding import Finding
from .intrinsics import mapping
from .template import Template

TEMPLATE_RULES: tuple[Callable[[Template], Iterator[Finding]], ...] = (
    literal_secret.check,
    open_security_group.check,
    wildcard_action.check,
    policy_effect.check,
    key_lockout.check,
    network_block.check,
    callback_url.check,
)
RULE_NAMES = (
    literal_secret.RULE,
    open_security_group.RULE,
    wildcard_action.RULE,
    policy_effect.RULE,
    key_lockout.RULE,
    network_block.RULE,
    callback_url.RULE,
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


def read_templates(paths: Sequence[Path]) -> tuple[list[Template], list[tuple[Template, Finding]]]:
    """The templates at `paths`, and a finding for each file that is not a JSON object."""
    templates: list[Template] = []
    unreadable: list[tuple[Template, Finding]] = []
    for path in paths:
        try:
            body: object = json.loads(path.read_text("utf-8"))
            problem = "" if mapping(body) else "it is not a JSON object"
        except (OSError, ValueError) as error:
            body, problem = None, str(error)
        template = Template(str(path), mapping(body))
        if problem:
            unreadable.append((template, _unreadable(problem)))
        else:
            templates.append(template)
    return templates, unreadable


def _unreadable(problem: str) -> Finding:
    return Finding(
        rule="TemplateIsReadable",
        message=f"The template cannot be checked: {problem}.",
        fix="Synthesize the assembly again.",
    )
