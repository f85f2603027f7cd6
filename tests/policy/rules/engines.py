"""Run the real rules: the pure functions on a parsed template, the Guard text in the engine that evaluates Guard."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cfnlint.decode import decode_str
from cloudformation_validate import (
    CompositeEngine,
    CompositeEngineConfig,
    EntityType,
    ExternalRuleSource,
    TemplateContent,
    ValidateConfig,
)

from rules import guard_rules
from rules.finding import Finding
from rules.pack import check_templates
from rules.template import Template

LOCKED = frozenset({f"sha256:{'1' * 64}"})
_RULE = re.compile(r"^rule (\w+)", re.MULTILINE)


def parse(text: str, *, name: str = "template.yaml") -> Template:
    """A template in YAML with the short forms of functions, as a person writes it."""
    body, errors = decode_str(text)
    assert not errors, errors
    return Template(name, body)


def python_findings(text: str) -> list[Finding]:
    """What the Python rules find, with one locked digest (sixty-four ones)."""
    return [finding for _, finding in check_templates([parse(text)], digests=LOCKED)]


def guard_findings(text: str) -> list[Finding]:
    """What the Guard rules find."""
    report = guard_engine().validate_template(TemplateContent(text), ValidateConfig(disable_builtin_rules=True))
    return [
        Finding(
            rule=diagnostic.rule_id,
            resource=diagnostic.entity.logical_id
            if diagnostic.entity and diagnostic.entity.entity_type is EntityType.RESOURCE
            else None,
            message=diagnostic.message.partition("Fix:")[0].strip(),
            fix=diagnostic.message.partition("Fix:")[2].strip(),
        )
        for diagnostic in report.diagnostics
    ]


def guard_rule_names() -> list[str]:
    """The names of all Guard rules."""
    return [name for content in guard_rules().values() for name in _RULE.findall(content)]


@cache
def guard_engine() -> CompositeEngine:
    """The engine with the project's Guard rules beside its own; it takes almost a second to build."""
    sources = [ExternalRuleSource(name=name, content=content) for name, content in guard_rules().items()]
    return CompositeEngine(CompositeEngineConfig(guard_rules=sources))


def header(path: Path, key: str) -> list[str]:
    """The values of the comment lines `# key: value` at the top of a file."""
    return re.findall(rf"^# {key}: (.*)$", path.read_text("utf-8"), re.MULTILINE)
