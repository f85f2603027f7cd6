"""cfn-lint, which knows what the checks at synthesis do not, over every template in its own Region.

It takes most of a review's time, so it runs in processes of its own, and what it found in a template is kept below the
folder of the report until that template, its Region or cfn-lint changes.
"""

import gc
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from review.assembly import Assembly, Stack
from review.finding import Finding, Severity

PACK = "cfn-lint"
HARMLESS = ("W3005",)
"""A DependsOn that a Ref implies: the CDK writes one where a whole construct is depended on."""

_SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.NOTE}
_TIMEOUT = 300
Match = tuple[str, str, tuple[str, ...]]
"""Rule id, message and the path in the template."""


@dataclass(frozen=True, kw_only=True)
class Lint:
    """What cfn-lint found. `missing` says why it did not run, if so."""

    findings: tuple[Finding, ...] = ()
    missing: str = ""


def start(assembly: Assembly, *, cache_file: Path) -> Callable[[], Lint]:
    """Start cfn-lint beside the caller; the function that waits for it, at most five minutes, and gives the result."""
    try:
        installed = version("cfn-lint")
    except PackageNotFoundError:
        return lambda: Lint(missing="cfn-lint is not installed here; `pip install cfn-lint` adds it to the review.")
    known: dict[str, list[Match]] = _known(cache_file)
    keys = {stack.name: _key(stack, installed) for stack in assembly.stacks}
    unseen = [stack for stack in assembly.stacks if keys[stack.name] not in known]
    # The largest first, or one process would end with it alone.
    unseen.sort(key=lambda stack: stack.file.stat().st_size, reverse=True)
    pool, running = _run(unseen)

    def result() -> Lint:
        with pool:
            found = {name: future.result(timeout=_TIMEOUT) for name, future in running.items()}
        matches = {name: found[name] if name in found else known[key] for name, key in keys.items()}
        cache_file.parent.mkdir(parents=True, exist_ok=True)
        cache_file.write_text(json.dumps({keys[name]: listed for name, listed in matches.items()}), "utf-8")
        return Lint(findings=tuple(_findings(assembly, matches)))

    return result


def lint(file: str, region: str) -> list[Match]:
    """The matches in one template, without hints on style. Runs in a process of its own."""
    template, errors = _module("decode").decode_str(Path(file).read_text("utf-8"))
    return [
        (str(match.rule.id), str(match.message), tuple(str(part) for part in getattr(match, "path", None) or ()))
        for match in errors or _runner(region).validate_template(template)
        if match.rule.id[0] in _SEVERITIES and match.rule.id not in HARMLESS
    ]


@cache
def _runner(region: str) -> Any:
    return _module("runner").Runner(_module("config").ConfigMixIn(regions=[region]))


def _module(name: str) -> Any:
    """A module of cfn-lint, which has no types. Its import takes half a second: only the processes that lint pay."""
    return import_module(f"cfnlint.{name}")


def _run(stacks: Sequence[Stack]) -> tuple[ProcessPoolExecutor, dict[str, Future[list[Match]]]]:
    # cfn-lint makes millions of small objects that live until the end: collecting them takes a fifth of its time.
    processes = min(os.cpu_count() or 1, len(stacks)) or 1
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=gc.disable)
    return pool, {
        stack.name: pool.submit(lint, str(stack.file), stack.template.region or "us-east-1") for stack in stacks
    }


def _findings(assembly: Assembly, matches: dict[str, list[Match]]) -> Iterator[Finding]:
    for stack in assembly.stacks:
        for rule, message, path in matches[stack.name]:
            resource = stack.resources.get(path[1]) if path[:1] == ("Resources",) and len(path) > 1 else None
            yield Finding(
                pack=PACK,
                rule=rule,
                message=message,
                severity=_SEVERITIES[rule[0]],
                stack=stack.name,
                resource=resource.id if resource else "",
                resource_type=resource.type if resource else "",
                path=(resource.path if resource else "") or stack.path,
                property_path=".".join(path[2:] if resource else path),
            )


def _key(stack: Stack, installed: str) -> str:
    text = stack.file.read_bytes() + f"{stack.template.region} {installed} {HARMLESS}".encode()
    return hashlib.sha256(text).hexdigest()


def _known(file: Path) -> dict[str, list[Match]]:
    try:
        return {
            key: [(rule, message, tuple(path)) for rule, message, path in listed]
            for key, listed in json.loads(file.read_text("utf-8")).items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # there is none, or another version wrote it
