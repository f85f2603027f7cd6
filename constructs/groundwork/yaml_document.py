# ruamel.yaml ships no types.
"""A YAML 1.2 document that knows the line of each of its values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class YamlError(Exception):
    """The file is not a YAML mapping. `line` is counted from 1, where the parser knows it."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class YamlDocument:
    """The content of a file, and where each part of it stands."""

    content: Mapping[str, Any]

    def line(self, at: Sequence[str | int]) -> int | None:
        """The line, counted from 1, of the deepest part of a path that stands in the file."""
        node: Any = self.content
        line: int | None = None
        for part in at:
            if isinstance(node, CommentedMap) and part in node:
                # A key that a merge brought in has no line of its own here: its mapping's line stays.
                line = int(node.lc.key(part)[0]) + 1 if part in (node.lc.data or ()) else line
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line = int(node.lc.item(part)[0]) + 1
            else:
                break
            node = node[part]
        return line


def read_yaml(file: Path) -> YamlDocument:
    """Read one file that holds a mapping. A key that stands twice is an error, not the last one's gain.

    Raises:
        YamlError: it cannot be read, is not YAML, or is something other than a mapping.
    """
    try:
        content: Any = YAML().load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context).split("\n")[0]
        raise YamlError(f"not YAML: {reason}", line=int(mark.line) + 1 if mark else None) from None
    except (OSError, UnicodeDecodeError) as error:
        raise YamlError(f"cannot be read: {error}") from None
    except (YAMLError, RecursionError) as error:
        raise YamlError(f"not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(content, CommentedMap):
        raise YamlError("empty" if content is None else "not a mapping of keys to values")
    document = YamlDocument(content)
    for at, problem in _not_text(content):
        raise YamlError(problem, line=document.line(at))
    return document


def _not_text(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """What YAML can say and a settings file cannot mean: keys that are no text, and text that is no Unicode."""
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            if not isinstance(key, str):
                yield (*at, key), f"the key {key!r} is not a text; put it in quotes"
            yield from _not_text(value, (*at, key))
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            yield from _not_text(value, (*at, index))
    elif isinstance(node, str) and any("\ud800" <= character <= "\udfff" for character in node):
        yield at, "a text with half a character (a surrogate)"
