"""The seal of an assembly: what each of its files was when it was verified, and one digest over all of them.

An assembly is code that runs with the deploying role's rights (README of the CDK CLI, "trust boundary"), and its
`.cache` folder holds archives that the CLI would publish without looking at the assets again. So every file, link and
executable bit counts, also in folders that begin with a dot.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from promotion.errors import GateClosedError, PromotionError

SEAL = "{name}.seal.json"
_SHOWN = 10
_BLOCK = 1 << 20


def seal(assembly: Path) -> str:
    """Write the seal beside the assembly (`cdk.out.seal.json`) and return its digest, 64 hexadecimal digits."""
    text = _text(_entries(assembly))
    seal_of(assembly).write_text(text, "utf-8")
    return _digest(text)


def verify(assembly: Path, *, digest: str) -> None:
    """Return only when the assembly is byte for byte what was sealed.

    Raises:
        GateClosedError: something was changed, added or removed, with the names where the seal is there to tell.
        PromotionError: that is no digest, or no assembly.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise PromotionError(f"The digest is {digest!r}; `python -m promotion seal` prints 64 hexadecimal digits.")
    entries = _entries(assembly)
    if _digest(_text(entries)) == digest:
        return
    raise GateClosedError(
        "\n".join([f"{assembly} is not what was sealed: nothing is deployed.", *_why(assembly, entries, digest)])
    )


def seal_of(assembly: Path) -> Path:
    """Where the seal of an assembly stands: beside it, as it is no part of what it seals."""
    folder = assembly.resolve()
    return folder.with_name(SEAL.format(name=folder.name))


def _why(assembly: Path, now: dict[str, str], digest: str) -> Iterator[str]:
    file = seal_of(assembly)
    text = file.read_text("utf-8") if file.is_file() else ""
    if _digest(text) != digest:
        yield f"  {file.name} is missing or changed itself, so it cannot tell which files; expected digest {digest}."
        return
    then: dict[str, str] = json.loads(text)
    found = [
        *(f"  added: {name}" for name in now if name not in then),
        *(f"  removed: {name}" for name in then if name not in now),
        *(f"  changed: {name}" for name in now if name in then and now[name] != then[name]),
    ]
    yield from found[:_SHOWN]
    if len(found) > _SHOWN:
        yield f"  and {len(found) - _SHOWN} more"


def _entries(assembly: Path) -> dict[str, str]:
    if not (assembly / "manifest.json").is_file():
        raise PromotionError(
            f"{assembly} holds no manifest.json: name a folder that `cdk synth` wrote, for example cdk.out."
        )
    paths = (Path(folder) / name for folder, folders, files in os.walk(assembly) for name in (*folders, *files))
    return dict(sorted((path.relative_to(assembly).as_posix(), _entry(path)) for path in paths))


def _entry(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return f"link to {path.readlink()}"
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        raise PromotionError(f"{path} is neither a file, a folder nor a link: it cannot be sealed.")
    content = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            content.update(block)
    return f"{'program' if mode & stat.S_IXUSR else 'file'} sha256:{content.hexdigest()}"


def _text(entries: dict[str, str]) -> str:
    return json.dumps(entries, indent=1, ensure_ascii=True) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
