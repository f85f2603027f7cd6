"""Which resources are an environment's, and which of those are leftovers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from operations.doctor.environment import Facts
from operations.leftovers.leftover import Stands, State
from review.cost.price_list import Item, Prices

_STACK_NAME, _STACK_ID = "aws:cloudformation:stack-name", "aws:cloudformation:stack-id"
Tags = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One environment in one Region."""

    facts: Facts
    region: str
    prices: Prices
    stacks: Mapping[str, Stands] = field(default_factory=dict[str, Stands])
    """Those of the environment that still stand in the Region, by id."""

    @property
    def name(self) -> str:
        return self.facts.environment.name

    @property
    def stage(self) -> str:
        """What the names of its stacks begin with: that of `us-prod` is `UsProd`."""
        return "".join(part.capitalize() for part in self.name.split("-"))

    def is_left(self, tags: Tags) -> bool:
        """Whether tags say that something is the environment's, and of no stack that stands.

        The tag `environment` alone proves nothing: others in the account may call theirs `prod` as well. A stack's name
        has to fit, or the owner and the cost center with it.
        """
        environment = self.facts.environment
        if stack := tags.get(_STACK_NAME):
            return stack.startswith(f"{self.stage}-") and tags.get(_STACK_ID) not in self.stacks
        said = (tags.get("environment"), tags.get("owner"), tags.get("cost-center"))
        return not self.stacks and said == (self.name, environment.owner, environment.cost_center)

    def state(self, tags: Tags) -> State:
        """Of a kind that `keep_data` keeps: only what a stack made is meant to stay, and not what pods asked for."""
        return "kept" if self.facts.environment.keep_data and _STACK_NAME in tags else "forgotten"

    def why(self, tags: Tags) -> str:
        """How tags tell."""
        return f"of the stack {tags[_STACK_NAME]}" if _STACK_NAME in tags else f"tagged environment={self.name}"

    def usd(self, item: Item, quantity: float) -> float | None:
        """A month of it."""
        price = self.prices.of(item, self.region)
        return None if price is None else round(price.usd * quantity, 2)


def tags_of(entries: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """A list of `Key` and `Value` as a mapping."""
    return {entry["Key"]: entry.get("Value", "") for entry in entries}
