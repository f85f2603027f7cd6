"""The images that a shell script pulls or runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMAND = re.compile(
    r"(?<![\w./-])(?:docker|podman|nerdctl|finch)[ \t]+(?:container[ \t]+|image[ \t]+)?(?:run|pull|create)"
    r"[ \t]+([^\n;&|]+)"
)
_CONTINUED = re.compile(r"\\\n[ \t]*")
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""")
# Options that stand alone. Every other one takes the next word as its value, unless it is written --name=value.
_ALONE = set(
    "--detach --rm --interactive --tty --init --privileged --read-only --quiet --all-tags --no-healthcheck"
    " --publish-all --oom-kill-disable --disable-content-trust --sig-proxy".split()
)
_SHORT_ALONE = re.compile(r"-[ditPqa]+")
_IMAGE = re.compile(r"[\w.${}:/@-]+")
# Only the script knows what a variable at the end holds: a tag, a digest, the whole image.
_OPEN_END = re.compile(r"\$(?:\w+|\{[^}]*\})$")


def images_run(script: str) -> Iterator[str]:
    """The image of every `docker run`, `pull` and `create`, where the script itself tells it."""
    for arguments in _COMMAND.findall(_CONTINUED.sub(" ", script)):
        image = _first_operand([word.strip("\"'") for word in _WORD.findall(arguments)])
        if image and _IMAGE.fullmatch(image) and not _OPEN_END.search(image):
            yield image


def _first_operand(words: list[str]) -> str | None:
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            return word
        if "=" not in word and word not in _ALONE and not _SHORT_ALONE.fullmatch(word):
            next(rest, None)
    return None
