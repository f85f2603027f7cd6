"""What an environment file can say, from the models: a JSON Schema for editors and a table for the README."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundwork.environment import Environment

_BEGIN, _END = "<!-- settings: `make reference` writes this table -->", "<!-- end of settings -->"
_JsonSchema = dict[str, Any]
_Row = tuple[str, str, str, str]


def environment_schema() -> str:
    """The JSON Schema of an environment file, as text."""
    schema = Environment.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, indent=2) + "\n"


def settings_table() -> str:
    """Every setting with its type, default and meaning, as a Markdown table."""
    schema = Environment.model_json_schema()
    rows = [f"| `{path}` | {kind} | {default} | {text} |" for path, kind, default, text in _rows(schema, schema, "")]
    return "\n".join(["| setting | type | default | meaning |", "| --- | --- | --- | --- |", *rows])


def with_settings_table(readme: str) -> str:
    """The README's text with the table between its two marks.

    Raises:
        ValueError: a mark is missing.
    """
    begin, end = readme.index(_BEGIN) + len(_BEGIN), readme.index(_END)
    return f"{readme[:begin]}\n{settings_table()}\n{readme[end:]}"


def _rows(schema: _JsonSchema, root: _JsonSchema, prefix: str) -> Iterator[_Row]:
    described: set[str] = set()
    for name, field in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        required = name in schema.get("required", [])
        sections = _sections(field, root)
        if not sections:
            default = "required" if required else _code(field.get("default", {}))
            yield path, _kind(field, root), default, _cell(field.get("description", ""))
            continue
        default = "required" if required else "absent" if field.get("default") is None else "present"
        default = "none" if field.get("default") == [] else default
        own = sections[0].get("description", "") if len(sections) == 1 else ""
        container, step = _container(field)
        yield path, container, default, _cell(field.get("description") or own)
        new = [section for section in sections if section["title"] not in described]
        described |= {section["title"] for section in new}
        yield from _rows_of_all(new, root, f"{path}{step}.")


def _rows_of_all(sections: list[_JsonSchema], root: _JsonSchema, prefix: str) -> Iterator[_Row]:
    """The rows of a section, or of all alternatives: what only some of them have says with which it goes."""
    if len(sections) < 2:
        for section in sections:
            yield from _rows(section, root, prefix)
        return
    fields = [section["properties"].items() for section in sections]
    choices = [next((name, _code(of["const"])) for name, of in each if "const" in of) for each in fields]
    name = choices[0][0]
    yield f"{prefix}{name}", ", ".join(value for _, value in choices), "required", "Which of the following it is."
    found: dict[_Row, list[str]] = {}
    for section, (_, value) in zip(sections, choices, strict=True):
        for row in _rows(section, root, prefix):
            if row[0] != f"{prefix}{name}":
                found.setdefault(row, []).append(value)
    for (path, kind, default, text), values in found.items():
        where = "" if len(values) == len(sections) else f"With `{name}` {' or '.join(values)}. "
        yield path, kind, default, f"{where}{text}".strip()


def _options(field: _JsonSchema) -> Iterator[_JsonSchema]:
    """The field's schema, and those of what it can be or hold."""
    yield field
    held = (field.get("items"), field.get("additionalProperties"), *field.get("patternProperties", {}).values())
    for option in (*field.get("anyOf", ()), *field.get("oneOf", ()), *held):
        if isinstance(option, dict):
            yield from _options(option)


def _sections(field: _JsonSchema, root: _JsonSchema) -> list[_JsonSchema]:
    named = (root["$defs"][o["$ref"].rsplit("/", 1)[-1]] for o in _options(field) if "$ref" in o)
    return [definition for definition in named if "properties" in definition]


def _container(field: _JsonSchema) -> tuple[str, str]:
    """What a field with sections is, and how a path leads into it."""
    types = {option.get("type") for option in _options(field)}
    if "array" in types:
        return "list of sections", "[]"
    return ("mapping of sections", ".*") if "object" in types else ("section", "")


def _kind(field: _JsonSchema, root: _JsonSchema) -> str:
    if reference := field.get("$ref"):
        return _kind(root["$defs"][reference.rsplit("/", 1)[-1]], root)
    if field.get("title") == "Image":
        return "image"
    if "const" in field:
        return _code(field["const"])
    if len(choices := field.get("enum", ())) > 6:
        return f"one of {len(choices)} values from {_code(choices[0])} to {_code(choices[-1])}"
    if choices:
        return ", ".join(_code(value) for value in field["enum"])
    if "anyOf" in field:
        return " or ".join(
            dict.fromkeys(_kind(option, root) for option in field["anyOf"] if option != {"type": "null"})
        )
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}), root)}"
    if field.get("format") == "ipv4network":
        return "address range"
    if field.get("type") == "object":
        return "mapping"
    low, high = field.get("minimum"), field.get("maximum")
    bounds = f" {low} to {high}" if low is not None and high is not None else f" from {low}" if low is not None else ""
    return str(field.get("type", "value")) + bounds


def _code(value: object) -> str:
    return "none" if value is None else f"`{json.dumps(value)}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write both, below the working directory."""
    readme = Path("README.md")
    Path("environments/schema.json").write_text(environment_schema(), encoding="utf-8")
    readme.write_text(with_settings_table(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
