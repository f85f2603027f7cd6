"""`python -m operations`: the commands around a deployment."""

import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from operations.benchmark.cli import benchmark
from operations.cost.cli import cost
from operations.doctor.cli import doctor
from operations.errors import OperationError
from operations.images.cli import app as images
from operations.leftovers.cli import leftovers
from operations.local.cli import app as local
from operations.quotas.cli import quotas

app = typer.Typer(
    name="operations",
    help="Commands around a deployment.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(images, name="images")
app.add_typer(local, name="local")
app.command()(quotas)
app.command()(doctor)
app.command()(cost)
app.command()(leftovers)
app.command()(benchmark)


def main() -> None:
    """Run the command line; a refusal or failure becomes one red message on standard error and exit code 1."""
    try:
        app(prog_name="python -m operations")
    except OperationError as error:
        _fail(str(error))
    except OSError as error:  # a full disk, a folder that cannot be written
        _fail(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))


def _fail(message: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(f"[red]{escape(message)}[/red]", soft_wrap=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
