"""`python -m operations`: the commands around a deployment."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from operations.errors import OperationError
from operations.images.cli import app as images
from operations.local.cli import app as local

app = typer.Typer(
    name="operations",
    help="Commands around a deployment.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(images, name="images")
app.add_typer(local, name="local")


def main() -> None:
    """Run the command line; an OperationError becomes one red message on standard error and exit code 1."""
    try:
        app(prog_name="python -m operations")
    except OperationError as error:
        Console(stderr=True, highlight=False).print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
