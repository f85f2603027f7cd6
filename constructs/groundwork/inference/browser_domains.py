"""Sites that a sandboxed browser may open.

A name below which anybody can have a host of their own lets a page carry out what it likes, so a wildcard must stand
for one owner. The tables hold what is met often, not all of https://publicsuffix.org/list/ (read 2026-11-23).
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from groundwork.settings import Allowed, Refusal, refusals_of_repeats, refuse

# Registries hand out names below these to anybody: `co.uk`, `com.au`.
_OF_COUNTRIES = re.compile(
    r"(ac|co|com|edu|gob|gouv|gov|gv|id|info|ltd|me|mil|net|nom|ne|nic|or|org|plc|sch|web)\.[a-z]{2}"
)
# Customers get names directly below these.
_OF_CUSTOMERS = frozenset(
    """
    appspot.com azurewebsites.net blogspot.com firebaseapp.com fly.dev github.io gitlab.io glitch.me herokuapp.com
    hf.space myshopify.com netlify.app ngrok.app ngrok.io ngrok-free.app onrender.com pages.dev r2.dev repl.co
    replit.app run.app streamlit.app surge.sh trycloudflare.com vercel.app web.app wixsite.com wordpress.com workers.dev
    """.split()
)
# Customers get names at some depth below these.
_OF_CLOUDS = ("amazonaws.com", "awsapps.com", "azure.com", "cloudfront.net", "googleapis.com", "on.aws", "windows.net")
_INSIDE = frozenset("arpa corp home internal intranet invalid lan local localdomain localhost onion test".split())
_NAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])")
_ALLOWED = "a name such as www.example.com, or *.example.com for it and all below it"


def _refusals_of_domain(name: str) -> Iterator[Refusal]:
    base = name.removeprefix("*.")
    if _is_address(name):
        yield Refusal(reason="an address, and nobody can tell whose it will be", allowed=_ALLOWED)
    elif name == "*" or (name.startswith("*.") and "." not in base):
        yield Refusal(reason="a wildcard that stands for everybody", allowed=_ALLOWED)
    elif not _NAME.fullmatch(name):
        yield Refusal(reason="no host name in lower case", allowed=_ALLOWED)
    elif base.rpartition(".")[2] in _INSIDE:
        yield Refusal(reason="a name of the inside, not of a site", allowed=_ALLOWED)
    elif name != base and _is_shared(base):
        yield Refusal(reason=f"anybody can have a name below {base}", allowed="the one name below it that is needed")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        # Forms that only resolvers understand: 0x7f.1, 2130706433, 10.0.0.0/8.
        return re.fullmatch(r"[\d./:]+|0x[0-9a-f.x]+", name) is not None
    return True


def _is_shared(base: str) -> bool:
    clouds = any(base == cloud or base.endswith(f".{cloud}") for cloud in _OF_CLOUDS)
    return clouds or base in _OF_CUSTOMERS or _OF_COUNTRIES.fullmatch(base) is not None


def _checked(name: str) -> str:
    refuse(_refusals_of_domain(name))
    return name


def _each_needed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Squid does not start where one entry covers another."""
    refuse(_refusals_of_list(names))
    return names


def _refusals_of_list(names: tuple[str, ...]) -> Iterator[Refusal]:
    yield from refusals_of_repeats(names)
    for index, name in enumerate(names):
        base = name.removeprefix("*.")
        for wide in names:
            covers = wide.startswith("*.") and wide != name and f".{base}".endswith(wide[1:])
            if covers:
                yield Refusal(reason=f"{wide} allows it already", allowed="one of the two", at=(index,))


Domain = Annotated[str, Field(max_length=253), AfterValidator(_checked), Allowed(_ALLOWED)]
Domains = Annotated[tuple[Domain, ...], Field(min_length=1, max_length=100), AfterValidator(_each_needed)]
