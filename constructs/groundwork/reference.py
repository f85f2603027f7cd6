"""What an environment file can say, from the models: a JSON Schema for editors and a table for the README."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from groundwork.environment import Environment

_BEGIN, _END = "<!-- settings: `make reference` writes this table -->", "<!-- end of settings -->"
_JsonSchema = dict[str, Any]


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


def _rows(schema: _JsonSchema, root: _JsonSchema, prefix: str) -> Iterator[tuple[str, str, str, str]]:
    described: set[str] = set()
    for name, field in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        required = name in schema.get("required", [])
        section = _section(field, root)
        if section is None:
            default = "required" if required else _code(field.get("default", {}))
            yield path, _kind(field, root), default, _cell(field.get("description", ""))
            continue
        default = "required" if required else "absent" if field.get("default") is None else "present"
        default = "none" if field.get("default") == [] else default
        yield (
            path,
            "list of sections" if field.get("type") == "array" else "section",
            default,
            _cell(field.get("description") or section.get("description", "")),
        )
        is_list = field.get("type") == "array"
        if section["title"] not in described:
            yield from _rows(section, root, f"{path}[]." if is_list else f"{path}.")
        described.add(section["title"])


def _section(field: _JsonSchema, root: _JsonSchema) -> _JsonSchema | None:
    for option in (field, *field.get("anyOf", ()), field.get("items", {})):
        if reference := option.get("$ref"):
            definition = root["$defs"][reference.rsplit("/", 1)[-1]]
            if "properties" in definition:
                return definition
    return None


def _kind(field: _JsonSchema, root: _JsonSchema) -> str:
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
