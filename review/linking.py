"""References from one stack to another, as if all templates were one.

`Fn::ImportValue` and `Fn::GetStackOutput` give way to what the other stack exports, a reference such as
`${Stack/LogicalId}`; what no stack of the assembly gives stays as it is.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from rules.intrinsics import function, is_list, mapping, sequence
from rules.template import Template

_OWN = re.compile(r"\$\{([A-Za-z0-9]+)([.}])")
REFERENCE = re.compile(r"\$\{(?:(?P<stack>[A-Za-z0-9-]+)/)?(?P<id>[A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")
"""A reference in a rendered text, to a resource of the same stack or of the one that it names."""

Outputs = Mapping[tuple[str, ...], str]


def link(templates: Iterable[Template]) -> dict[str, Template]:
    """The linked templates by the names of their stacks."""
    listed = tuple(templates)
    outputs = outputs_of(listed)
    return {str(t.stack): replace(t, body=mapping(_linked(t.body, t, outputs))) for t in listed}


def outputs_of(templates: Iterable[Template]) -> Outputs:
    """What `link` puts in place of references to other stacks."""
    return dict(pair for template in templates for pair in _outputs(template))


def linked_text(text: str, template: Template, outputs: Outputs) -> str:
    """A text with a reference to another stack in it as JSON, such as the id of a finding, with
    what `link` would write there, in the angle brackets of cdk-nag."""
    found = text.find('{"Fn::')
    if found < 0:
        return text
    try:
        value, length = json.JSONDecoder().raw_decode(text[found:])
    except ValueError:
        return text
    given = _linked(value, template, outputs)
    if not isinstance(given, str):
        return text
    return f"{text[:found]}{given.replace('${', '<').replace('}', '>')}{text[found + length :]}"


def _outputs(template: Template) -> Iterable[tuple[tuple[str, ...], str]]:
    """Every output by stack and name, and every export by account, Region and name."""
    for name, declared in mapping(template.body.get("Outputs")).items():
        value = next(iter(template.texts(mapping(declared).get("Value"))), "")
        text = _OWN.sub(lambda found: f"${{{template.stack}/{found[1]}{found[2]}", value)
        yield (str(template.stack), name), text
        for export in template.texts(mapping(mapping(declared).get("Export")).get("Name")):
            yield (str(template.account), str(template.region), export), text


def _linked(value: object, template: Template, outputs: Outputs) -> object:
    if is_list(value):
        return [_linked(item, template, outputs) for item in sequence(value)]
    call = function(value)
    if call:
        key: tuple[str, ...] = ()
        if call[0] == "Fn::ImportValue":
            key = (str(template.account), str(template.region), *template.texts(call[1]))
        elif call[0] == "Fn::GetStackOutput":
            argument = mapping(call[1])
            key = tuple(text for name in ("StackName", "OutputName") for text in template.texts(argument.get(name)))
        if key in outputs:
            return outputs[key]
    body = mapping(value)
    return {name: _linked(item, template, outputs) for name, item in body.items()} if body else value
