"""Reading and writing `images.lock.yaml`: comments and order stay as they are."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from operations.errors import OperationError
from operations.images.lock import ImageLock, LockedImage

_NEW: Mapping[str, None] = {"public_key": None}
"""Of a new entry everything is written but a key that it does not have."""


class _ExplicitNull(RoundTripRepresenter):
    """Writes `digest: null`, not `digest:`, which looks forgotten."""

    def represent_null(self, data: None) -> Any:
        _ = data
        return cast("Any", self).represent_scalar("tag:yaml.org,2002:null", "null")


cast("Any", _ExplicitNull).add_representer(type(None), _ExplicitNull.represent_null)


class LockFile:
    """One lock file: what it says, and the YAML document that says it."""

    def __init__(self, path: Path) -> None:
        """Read and validate the file.

        Raises:
            OperationError: the file cannot be read or breaks a rule; names file, line, field and value.
        """
        self.path = path
        self._document = _load(path)
        try:
            self.lock = ImageLock.model_validate(self._document)
        except ValidationError as error:
            raise OperationError(_explain(path, self._document, error)) from None
        self._refuse_duplicates()

    def write(self, images: tuple[LockedImage, ...]) -> bool:
        """Put the entries in place of the old ones, in one step; False where nothing changed.

        The order of the entries is that of the file; further ones are added at its end.

        Raises:
            OperationError: the file cannot be written.
        """
        if images == self.lock.images:
            return False
        nodes = self._document["images"]
        for index, after in enumerate(images):
            if index == len(nodes):
                nodes.append({})
            before = self.lock.images[index].model_dump() if index < len(self.lock.images) else _NEW
            for field, value in after.model_dump().items():
                if value != before.get(field):
                    quoted = isinstance(value, str) and field in {"read", "source"}
                    nodes[index][field] = DoubleQuotedScalarString(value) if quoted else value
        text = StringIO()
        _yaml().dump(self._document, text)
        try:
            _replace(self.path.resolve(), text.getvalue())
        except OSError as error:
            raise OperationError(f"{self.path}: cannot be written: {error.strerror}") from None
        self.lock = ImageLock(images=images)
        return True

    def missing(self, images: Iterable[str]) -> tuple[LockedImage, ...]:
        """Entries for those of the images that the file does not hold, each once, with nothing known of them.

        Raises:
            OperationError: not the name of an image.
        """
        held = {str(entry.reference) for entry in self.lock.images}
        found: dict[str, LockedImage] = {}
        for image in images:
            try:
                entry = LockedImage(image=image, digest=None, read=None, source="not read yet", signature="unknown")
            except ValidationError as error:
                (problem,) = error.errors()
                raise OperationError(f"{image!r}: {problem['msg'].removeprefix('Value error, ')}") from None
            if str(entry.reference) not in held:
                found.setdefault(str(entry.reference), entry)
        return tuple(found.values())

    def _refuse_duplicates(self) -> None:
        first: dict[str, int] = {}
        for index, entry in enumerate(self.lock.images):
            line = _line(self._document, ("images", index, "image"))
            earlier = first.setdefault(str(entry.reference), line)
            if earlier != line:
                raise OperationError(f"{self.path}:{line}: {entry.image} stands in line {earlier} already")


def _yaml() -> Any:
    yaml = cast("Any", YAML(typ="rt"))
    yaml.Representer = _ExplicitNull
    yaml.preserve_quotes = True
    yaml.width = 1 << 20  # never fold a source
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _load(path: Path) -> Any:
    try:
        return _yaml().load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OperationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise OperationError(f"{path}: cannot be read: not UTF-8 text") from None
    except MarkedYAMLError as error:
        marked = cast("Any", error)
        where = f"{path}:{marked.problem_mark.line + 1}" if marked.problem_mark else str(path)
        raise OperationError(f"{where}: not valid YAML: {str(marked.problem).strip()}") from None
    except (YAMLError, ValueError) as error:
        raise OperationError(f"{path}: not valid YAML: {error}") from None


def _explain(path: Path, document: Any, error: ValidationError) -> str:
    lines: list[str] = []
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"]) or "the file"
        message = problem["msg"].removeprefix("Value error, ")
        value = problem["input"]
        # A missing field's input is all of its entry: that would bury the message.
        shown = "" if isinstance(value, (dict, list)) else f", found {str(value)[:120]!r}"
        lines.append(f"{path}:{_line(document, problem['loc'])}: {field}: {message}{shown}")
    return "\n".join(lines)


def _line(document: Any, location: tuple[int | str, ...]) -> int:
    """The 1-based line of the deepest part of the location that the document has."""
    node, line = document, 1
    for part in location:
        try:
            line = (node.lc.item(part) if isinstance(part, int) else node.lc.key(part))[0] + 1
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _replace(path: Path, text: str) -> None:
    """Write beside the file and rename: a reader sees the old lock or the new one, never half of one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
