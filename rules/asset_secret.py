"""No secret stands in a file that is deployed with a stack: the bootstrap bucket keeps each for years.

Read are the text files of file assets, also of folders that are zipped when they are published. Not read are archives
that are zipped already, binaries, files above a megabyte, installed libraries, and what goes into container images.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from .finding import Finding
from .intrinsics import mapping
from .literal_secret import secret_finding
from .secret_search import kinds, kinds_in_text
from .template import Template

_TEMPLATE, _ASSETS = ".template.json", ".assets.json"
LARGEST = 1_000_000
# Programs, in which only a quoted text is a value.
_CODE = {".py", ".pyi", ".js", ".mjs", ".cjs", ".ts", ".go", ".java", ".rb", ".rs"}
# Libraries carry keys and passwords of their tests; nobody here wrote them.
_LIBRARIES = {"node_modules", "site-packages", "dist-packages"}


def check(template_paths: Sequence[Path]) -> Iterator[tuple[Path, Finding]]:
    """(template's path, finding) for the file assets of the stacks whose templates lie at `template_paths`."""
    found: dict[Path, list[str]] = {}  # the stages of an app share their assets
    for template_path in template_paths:
        for place, file in _asset_files(template_path):
            file = file.resolve()
            if file not in found:
                found[file] = _kinds_in_file(file)
            for kind in found[file]:
                yield template_path, secret_finding(None, place, kind, holder="asset")


def _asset_files(template_path: Path) -> Iterator[tuple[str, Path]]:
    """(its name in a finding, file) for what the stack deploys; the template itself is not among it."""
    manifest = template_path.with_name(template_path.name.removesuffix(_TEMPLATE) + _ASSETS)
    if not manifest.is_file():
        return  # a stack without assets, under a synthesizer that does not publish its template
    for asset in mapping(mapping(json.loads(manifest.read_text("utf-8"))).get("files")).values():
        source = mapping(mapping(asset).get("source")).get("path")
        path = manifest.parent / str(source)
        if source is None or path.name.endswith(_TEMPLATE):
            continue
        # The name of the asset's file is a hash, which would end an acknowledgment with the next change.
        name = str(mapping(asset).get("displayName") or path.name)
        for file in _files(path):
            yield (name if file == path else f"{name}/{file.relative_to(path).as_posix()}"), file


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    installed = {folder for record in path.rglob("*.dist-info/RECORD") for folder in _installed(record)}
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts[:-1]
        if file.is_file() and not _LIBRARIES & set(parts) and not installed & set(file.parents):
            yield file


def _installed(record: Path) -> Iterator[Path]:
    """The folders that a Python package was installed into, as its record lists them."""
    for line in record.read_text("utf-8", errors="replace").splitlines():
        folder, slash, _ = line.partition("/")
        if slash and folder != "..":
            yield record.parents[1] / folder


def _kinds_in_file(file: Path) -> list[str]:
    if file.stat().st_size > LARGEST:
        return []
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        return []
    if "\0" in text:
        return []
    found = kinds_in_text(text, code=True) if file.suffix in _CODE else kinds(Template(file.name, {}), "", text)
    return list(dict.fromkeys(found))
