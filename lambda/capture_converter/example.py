"""Makes a training example of a captured line."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from .answer import read_answer
from .capture import Captured, read_capture
from .conversation import Message, read_messages, read_prompt
from .reason import Dropped, Reason
from .redaction import Redactor
from .settings import Settings

DIGEST_BYTES = 16
_SHAREGPT = {"system": "system", "developer": "system", "user": "human", "assistant": "gpt"}
# Not json.dumps: it makes a new encoder at each call.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Example:
    """One line of training data."""

    line: bytes
    """JSON, with a line feed."""
    digest: bytes
    """Of its content: equal for duplicates."""
    validates: bool
    """Whether it belongs to the validation set."""


class ExampleMaker:
    """Holds no more than counters between two lines."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.redactor = Redactor(built_in=settings.redact, own=settings.rules)

    def make(self, line: bytes) -> Example:
        """Make the example of a captured line.

        Raises:
            Dropped: it gives none.
        """
        captured = read_capture(line)
        content, opening = self._completion(captured) if self._completes else self._chat(captured)
        try:
            text = _encode(content).encode()
            group = opening.encode()
        except UnicodeEncodeError:  # half of a pair of surrogates, which JSON can hold and UTF-8 cannot
            raise Dropped(Reason.UNDECODABLE) from None
        return Example(
            line=text + b"\n",
            digest=hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest(),
            validates=self._validates(group),
        )

    @property
    def _completes(self) -> bool:
        return self._settings.format == "openai_completions"

    def _answer(self, captured: Captured) -> str:
        return self.redactor.redact(read_answer(captured, reassemble=self._settings.streamed == "reassemble"))

    def _completion(self, captured: Captured) -> tuple[dict[str, Any], str]:
        prompt = self.redactor.redact(read_prompt(captured.request))
        return {"prompt": prompt, "completion": self._answer(captured)}, prompt

    def _chat(self, captured: Captured) -> tuple[dict[str, Any], str]:
        asked = [Message(each.role, self.redactor.redact(each.text)) for each in read_messages(captured.request)]
        turns = [*asked, Message("assistant", self._answer(captured))]
        # Each turn of a conversation is captured with all before it: its opening keeps them on one side of the split.
        opening = next(each.text for each in asked if each.role == "user")
        if self._settings.format == "sharegpt":
            return {"conversations": [{"from": _SHAREGPT[each.role], "value": each.text} for each in turns]}, opening
        return {"messages": [{"role": each.role, "content": each.text} for each in turns]}, opening

    def _validates(self, group: bytes) -> bool:
        drawn = hashlib.blake2b(group, digest_size=8, key=self._settings.split_seed.encode()[:64]).digest()
        return int.from_bytes(drawn, "big") < self._settings.validation_share * 2**64
