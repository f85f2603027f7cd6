"""Whether data sets are there, and their first lines of the format that the file says."""

from collections.abc import Iterable, Iterator

from operations.doctor import s3_input
from operations.doctor.check import Check, Grant
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, unknown
from operations.doctor.reader import Reader, each
from operations.doctor.s3_input import Location, MisplacedError, head_of, location_of, objects_below
from operations.doctor.sections.optimization import TrainingData
from operations.doctor.training_line import problem_of

_HEAD = 65_536
"""Bytes of the first file that are looked at."""

Stored = tuple[str, TrainingData, Location]


def stored(facts: Facts) -> Iterator[Stored]:
    """Each data set below a prefix, with the field that says it. What is captured is converted before each job."""
    for field, job in facts.jobs:
        if job.data and job.data.source == "s3" and job.data.uri:
            yield f"{field}.data.uri", job.data, location_of(job.data.uri)


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each data set."""
    yield from each(stored(facts), lambda each: each[0], lambda each: _looked_up(each, reader))


def _looked_up(wanted: Stored, reader: Reader) -> Iterable[Finding]:
    field, data, at = wanted
    try:
        objects = objects_below(at, reader)
    except MisplacedError as error:
        return [fail(field, str(error), "a bucket of the environment's Region")]
    files = sorted(name for name, size in objects.items() if size)
    if not files:
        return [fail(field, f"there is nothing at {at.uri}", "copy the data set there, or leave out `data`")]
    name = files[0]
    head = head_of(at, name, reader, size=_HEAD)
    lines = head.split(b"\n")
    # The last one is cut off, unless the file ends there.
    whole = lines if objects[name] <= _HEAD else lines[:-1]
    numbered = [(number, line) for number, line in enumerate(whole, start=1) if line.strip()]
    if not numbered:
        return [unknown(field, f"{name}: its first line is longer than {_HEAD} bytes", "look at it yourself")]
    for number, line in numbered:
        if problem := problem_of(line, form=data.format):
            remedy = "mend it, or allow a `tolerance`; docs/training-data.md says how a line looks"
            return [fail(field, f"{name}:{number} {problem}", remedy)]
    return [ok(field, f"the first {len(numbered)} lines of {name} are {data.format or 'well-formed'}")]


def _grants(facts: Facts) -> Iterator[Grant]:
    sets = list(stored(facts))
    yield Grant(action="s3:ListBucket", resources=tuple(sorted({f"arn:aws:s3:::{at.bucket}" for _, _, at in sets})))
    objects = tuple(sorted({f"arn:aws:s3:::{at.bucket}/{at.prefix}*" for _, _, at in sets}))
    yield Grant(action="s3:GetObject", resources=objects)
    yield Grant(action="kms:Decrypt", resources=tuple(sorted({data.key for _, data, _ in sets if data.key})))


CHECK = Check(
    name="training-data",
    asks="Are the data sets there, and well-formed?",
    reads=s3_input.READS,
    run=run,
    grants=_grants,
)
