"""Replaces what must not be trained on: captured prompts are what users wrote.

A rule is a regular expression with a name, and what it finds becomes `[name]`. Every repetition of the built-in ones is
bounded, and they begin with what `re` can skip to, and look back only then: the time stays linear on any text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

_EMAIL = re.compile(r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_MAILBOX = re.compile(r"[\w.+-]{1,64}\Z", re.ASCII)
_AWS_KEY = re.compile(r"A(?<!\w.)[KS]IA[A-Z2-7]{16}(?!\w)", re.ASCII)
# Each goes on after its first character, in the order in which they are tried: one pass finds all of them.
_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "us_ssn": r"(?<=[0-9])(?<![\w-].)[0-9]{2}-[0-9]{2}-[0-9]{4}(?![\w-])",
        "card": r"(?<=[0-9])(?<!\w.)[0-9]{3}(?:[ -]?[0-9]){9,15}(?!\w)",
        "ipv4": r"(?<=[0-9])(?<![\w.].)[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?!\w|\.[0-9])",
        "phone": r"(?<![\w.-].)(?:(?<=\+)[0-9][0-9 ().-]{6,18}[0-9]"
        r"|[0-9]{2,4}\)?[ .-][0-9]{3,4}[ .-][0-9]{4})(?!\w)",
    }
)
BUILT_IN = ("email", "aws_access_key", *_NUMBERS)
"""Names. They find forms, not meanings: the name of a person or a street takes a rule of one's own."""


class Redactor:
    """Applies rules, and counts what each has replaced."""

    def __init__(self, *, built_in: Iterable[str], own: Mapping[str, str]) -> None:
        """
        Args:
            built_in: names of `BUILT_IN`; others are ignored.
            own: further expressions by name; applied first.

        Raises:
            re.error: an expression is none.
        """
        chosen = set(built_in)
        self._own = [(name, re.compile(pattern)) for name, pattern in own.items()]
        self._email, self._key = "email" in chosen, "aws_access_key" in chosen
        numbers = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _NUMBERS.items() if name in chosen)
        self._numbers = re.compile(f"[+(0-9](?:{numbers})", re.ASCII) if numbers else None
        self.replaced: Counter[str] = Counter()

    def redact(self, text: str) -> str:
        """The text without what the rules find."""
        for name, pattern in self._own:
            text = self._replace(name, pattern, text)
        if self._email and "@" in text:
            text = self._without_addresses(text)
        if self._key and "IA" in text:
            text = self._replace("aws_access_key", _AWS_KEY, text)
        return self._numbers.sub(self._mark, text) if self._numbers else text

    def _replace(self, name: str, pattern: re.Pattern[str], text: str) -> str:
        # As a function: in a string, a backslash would have a meaning.
        text, count = pattern.subn(lambda _: f"[{name}]", text)
        if count:
            self.replaced[name] += count
        return text

    def _mark(self, found: re.Match[str]) -> str:
        name = str(found.lastgroup)
        self.replaced[name] += 1
        return f"[{name}]"

    def _without_addresses(self, text: str) -> str:
        pieces: list[str] = []
        done = 0
        for found in _EMAIL.finditer(text):
            # From the @ backwards: from the front, every word would be tried as the name of a mailbox.
            mailbox = _MAILBOX.search(text[max(done, found.start() - 64) : found.start()])
            if mailbox:
                pieces += (text[done : found.start() - len(mailbox[0])], "[email]")
                done = found.end()
                self.replaced["email"] += 1
        return "".join((*pieces, text[done:]))
