"""What a look is, and how all of them are taken."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from operations.doctor.environment import Facts
from operations.doctor.reader import Answer, Clients, Read, Reader, RefusedError, UnansweredError
from operations.leftovers.leftover import Found, Leftover, Stands, Unseen
from operations.leftovers.scope import Scope
from operations.leftovers.stacks import READ as STACKS
from operations.leftovers.stacks import standing
from review.cost.price_list import Prices


@dataclass(frozen=True, kw_only=True)
class Look:
    """One kind of thing that may be left."""

    name: str
    reads: tuple[Read, ...]
    take: Callable[[Scope, Reader], Iterable[Leftover]]
    is_global: bool = False
    """Looked at once, in us-east-1, whatever the Regions."""


GLOBAL_REGION = "us-east-1"


def take_all(
    looks: Iterable[Look],
    facts: Facts,
    *,
    clients: Clients,
    prices: Prices,
    tell: Callable[[str, str], None] = lambda *_: None,
) -> Found:
    """Look at every Region that the environment's stacks go to.

    Args:
        tell: is called before each look, with its name and Region.
    """
    answers: dict[str, Answer] = {}
    leftovers: list[Leftover] = []
    unseen: list[Unseen] = []
    stands: list[Stands] = []
    chosen = tuple(looks)
    regions = dict.fromkeys([*facts.regions, *(GLOBAL_REGION for look in chosen if look.is_global)])
    for region in regions:
        tell("stacks", region)
        reader = Reader(clients=clients, region=region, reads=(STACKS,), answers=answers)
        scope = Scope(facts=facts, region=region, prices=prices)
        try:
            stacks = standing(scope, reader)
        except (UnansweredError, RefusedError) as error:
            # Whether a stack stands decides about all the rest of the Region.
            unseen.append(_unseen("stacks", region, error))
            continue
        stands += stacks.values()
        scope = replace(scope, stacks=stacks)
        for look in chosen:
            if region not in ([GLOBAL_REGION] if look.is_global else facts.regions):
                continue
            tell(look.name, region)
            reader = Reader(clients=clients, region=region, reads=look.reads, answers=answers)
            try:
                leftovers += look.take(scope, reader)
            except (UnansweredError, RefusedError) as error:
                unseen.append(_unseen(look.name, region, error))
    return Found(leftovers=tuple(leftovers), unseen=tuple(unseen), stands=tuple(stands))


def _unseen(look: str, region: str, error: UnansweredError | RefusedError) -> Unseen:
    if isinstance(error, UnansweredError):
        return Unseen(look=look, region=region, reason=error.reason, remedy=error.remedy)
    return Unseen(look=look, region=region, reason=f"AWS answered {error}")
