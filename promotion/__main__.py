"""`python -m promotion`: from a synthesized assembly to production."""

import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from operations.errors import OperationError
from promotion import gates, preparations
from promotion.errors import GateClosedError, PromotionError

app = typer.Typer(
    help="Take one assembly through the environments. Exit codes: 0 go on, 1 stop, 2 bad input, 3 state would be lost.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(preparations.app)
app.add_typer(gates.app)


def main() -> None:
    """Run the command line; a refusal becomes one red message on standard error."""
    try:
        app(prog_name="python -m promotion")
    except GateClosedError as error:
        _fail(str(error), code=1)
    except (OperationError, PromotionError) as error:
        _fail(str(error), code=2)
    except OSError as error:
        _fail(": ".join(str(part) for part in (error.filename, error.strerror or error) if part), code=2)


def _fail(message: str, *, code: int) -> NoReturn:
    Console(stderr=True, highlight=False).print(f"[red]{escape(message)}[/red]", soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
