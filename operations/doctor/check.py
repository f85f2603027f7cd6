"""What a check is, and how checks are run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, unknown
from operations.doctor.reader import Answer, Clients, Read, Reader, RefusedError, UnansweredError


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What IAM has to allow, and on what."""

    action: str
    resources: tuple[str, ...] = ("*",)
    """ARNs. None: the environment has nothing that needs it."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question about an account and its Regions."""

    name: str
    """What `--only` takes."""
    asks: str
    """The question, in words: what is shown while it is looked into."""
    reads: tuple[Read, ...]
    run: Callable[[Facts, Reader], Iterable[Finding]]
    grants: Callable[[Facts], Iterable[Grant]] | None = None
    """What IAM has to allow, where it is not each read on everything."""

    def grants_for(self, facts: Facts) -> Iterator[Grant]:
        """What IAM has to allow for an environment."""
        if self.grants:
            yield from self.grants(facts)
        else:
            yield from (Grant(action=read.action) for read in self.reads)


def run(check: Check, facts: Facts, *, clients: Clients, answers: dict[str, Answer]) -> list[Finding]:
    """The findings of one check; what it cannot look at is unknown."""
    reader = Reader(clients=clients, region=facts.region, reads=check.reads, answers=answers)
    found: list[Finding] = []
    try:
        found.extend(check.run(facts, reader))
    except UnansweredError as error:
        found.append(error.about(check.name))
    except RefusedError as error:
        found.append(unknown(check.name, f"AWS answered {error}"))
    return [replace(finding, check=check.name) for finding in found]
