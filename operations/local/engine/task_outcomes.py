"""How the containers of one-off tasks end, where nothing can run them: well, unless a test says otherwise."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

NOT_RUN = "The embedded engine runs no containers: this task was walked through."


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of one container."""

    exit_code: int = 0
    log: tuple[str, ...] = (NOT_RUN,)
    """Lines, in the order in which they appear."""


class TaskOutcomes:
    """Outcomes by the name of the container; of any other name: exit code 0."""

    def __init__(self) -> None:
        self._by_container: dict[str, Outcome] = {}

    def of(self, container: str) -> Outcome:
        """How the container ends."""
        return self._by_container.get(container, Outcome())

    def replace(self, document: Mapping[str, Mapping[str, Any]]) -> None:
        """Take `{"container": {"exit_code": 1, "log": ["..."]}}` in place of all that was said before.

        Raises:
            TypeError, ValueError: the document has another form.
        """
        self._by_container = {
            name: Outcome(exit_code=int(said.get("exit_code", 0)), log=tuple(str(line) for line in said.get("log", ())))
            for name, said in document.items()
        }

    def document(self) -> dict[str, Any]:
        """What `replace` would take."""
        return {name: asdict(outcome) for name, outcome in self._by_container.items()}


OUTCOMES = TaskOutcomes()
"""Of this process."""
