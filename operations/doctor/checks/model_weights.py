"""Whether the weights of models are where the file says, and of the architecture that it says."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from operations.doctor import s3_input
from operations.doctor.check import Check, Grant
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, warn
from operations.doctor.reader import Reader, each
from operations.doctor.s3_input import Location, MisplacedError, head_of, location_of, objects_below

# What SageMaker trains EAGLE heads for; a test compares it with the table by which files are refused.
EAGLE = frozenset(
    """LlamaForCausalLM Qwen2ForCausalLM Qwen3ForCausalLM Qwen3MoeForCausalLM GptOssForCausalLM
    Qwen3NextForCausalLM""".split()
)
_CONFIG_BYTES = 262_144


@dataclass(frozen=True, kw_only=True)
class _Weights:
    """Weights that something reads."""

    field: str
    at: Location
    architecture: str | None = None
    eagle: bool = False
    """Whether a head is trained for them, or drafts for them."""
    folders: tuple[str, ...] = ()
    """Folders that must hold a model of their own."""
    imported: bool = False
    """Whether a job brings them, if they are not there."""
    head: bool = False
    """Whether they are a head, whose architecture is its own."""


def weights(facts: Facts) -> Iterator[_Weights]:
    """Every prefix that an endpoint or a job reads a model from."""
    for field, endpoint in facts.endpoints:
        if endpoint.model.source == "s3" and endpoint.model.uri:
            yield _Weights(
                field=f"{field}.model.uri",
                at=location_of(endpoint.model.uri),
                architecture=endpoint.architecture,
                eagle=endpoint.draft is not None,
                folders=(f"{endpoint.draft}/",) if endpoint.draft else (),
            )
    for field, job in facts.jobs:
        yield _Weights(
            field=f"{field}.model.uri",
            at=location_of(job.model.uri),
            architecture=job.model.architecture,
            eagle=True,
            imported=job.model.hub is not None,
        )
        if job.head:
            yield _Weights(field=f"{field}.head.uri", at=location_of(job.head.uri), head=True)


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each prefix."""
    yield from each(weights(facts), lambda each: each.field, lambda each: _looked_up(each, reader))


def _looked_up(wanted: _Weights, reader: Reader) -> Iterable[Finding]:
    try:
        objects = objects_below(wanted.at, reader)
    except MisplacedError as error:
        return [fail(wanted.field, str(error), "a bucket of the environment's Region")]
    if not objects and wanted.imported:
        return [ok(wanted.field, f"nothing at {wanted.at.uri} yet: a job copies it there before the first run")]
    missing = [name for folder in ("", *wanted.folders) for name in _missing(objects, folder)]
    if missing:
        reason = f"{wanted.at.uri} has no {', '.join(missing)}"
        return [fail(wanted.field, reason, "copy the uncompressed model there, its folders as they are published")]
    return [_architecture(wanted, _config(wanted.at, reader))]


def _missing(objects: dict[str, int], folder: str) -> list[str]:
    names = {name.removeprefix(folder) for name in objects if name.startswith(folder)}
    found = [] if "config.json" in names else [f"{folder}config.json"]
    return found if any(_is_weight(name) for name in names) else [*found, f"{folder}*.safetensors"]


def _is_weight(name: str) -> bool:
    return "/" not in name and name.endswith((".safetensors", ".bin"))


def _config(at: Location, reader: Reader) -> dict[str, Any] | None:
    try:
        found: Any = json.loads(head_of(at, "config.json", reader, size=_CONFIG_BYTES))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _architecture(wanted: _Weights, config: dict[str, Any] | None) -> Finding:
    if config is None:
        return fail(wanted.field, f"{wanted.at.uri}config.json is no JSON object", "the model's own config.json")
    named = config.get("architectures")
    found = str(named[0]) if isinstance(named, list) and named else None
    if wanted.head:
        return ok(wanted.field, f"a head of {found or 'no named architecture'}")
    if found is None:
        return warn(wanted.field, "config.json names no architecture", "the model's own config.json")
    if wanted.eagle and found not in EAGLE:
        reason = f"SageMaker trains no EAGLE head for {found}"
        return fail(wanted.field, reason, f"a model of {', '.join(sorted(EAGLE))}")
    if wanted.architecture and found != wanted.architecture:
        return fail(wanted.field, f"it is a {found}, and the file says {wanted.architecture}", "the right prefix")
    return ok(wanted.field, f"a {found}")


def _grants(facts: Facts) -> Iterator[Grant]:
    places = [each.at for each in weights(facts)]
    buckets = tuple(sorted({f"arn:aws:s3:::{place.bucket}" for place in places}))
    yield Grant(action="s3:ListBucket", resources=buckets)
    objects = tuple(sorted({f"arn:aws:s3:::{place.bucket}/{place.prefix}config.json" for place in places}))
    yield Grant(action="s3:GetObject", resources=objects)
    yield Grant(action="kms:Decrypt", resources=tuple(sorted(_keys(facts))))


def _keys(facts: Facts) -> set[str]:
    keys = {endpoint.model.key for _, endpoint in facts.endpoints}
    for _, job in facts.jobs:
        keys |= {job.model.key, job.head.key if job.head else None}
    return {key for key in keys if key}


CHECK = Check(
    name="model-weights",
    asks="Are the models' weights there, and of this architecture?",
    reads=s3_input.READS,
    run=run,
    grants=_grants,
)
