"""The program of a SageMaker Processing job: `python3 -m capture_converter convert` or `validate`.

Ends with 0 if there is something to train on, with 1 if not, and with 2 if the arguments or the settings are wrong.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .conversion import convert
from .ledger import REPORT, LedgerError
from .s3 import S3Store, client
from .settings import FORMATS, Settings, SettingsError, read_settings
from .store import FolderStore, Store, StoreError
from .validation import validate

EXIT_MESSAGE = Path("/opt/ml/output/message")
"""What stands here becomes the job's ExitMessage, of 1 KB at the most.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        code, message = given.run(given)
    except SettingsError as error:
        code, message = 2, f"settings: {error}"
    except (LedgerError, StoreError, OSError) as error:
        code, message = 1, str(error)
    print(message, file=sys.stderr if code else sys.stdout)
    if EXIT_MESSAGE.parent.is_dir():
        EXIT_MESSAGE.write_text(message.encode()[:1000].decode(errors="ignore"))
    return code


def _convert(given: argparse.Namespace) -> tuple[int, str]:
    settings = read_settings(Path(given.settings).read_text()) if given.settings else Settings()
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        state = _store(given.state) if given.state else None
        source, target = _store(given.source), _store(given.target)
        tally = convert(source, target, settings=settings, scratch=Path(scratch), state=state)
    message = json.dumps(tally.as_json())
    if not tally.train:
        return 1, f"nothing to train on, see {REPORT}: {message}"
    return 0, message


def _validate(given: argparse.Namespace) -> tuple[int, str]:
    verdict = validate(_store(given.source), form=given.format, tolerance=given.tolerance)
    for problem in verdict.problems:
        print(problem, file=sys.stderr)
    first = "" if verdict.passes else "".join(f"\n{problem}" for problem in verdict.problems[:5])
    return (0 if verdict.passes else 1), verdict.summary() + first


def _store(location: str) -> Store:
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*?))?/*", location)
    if found:
        return S3Store(client(), bucket=found[1], prefix=found[2] or "")
    if "://" in location:
        raise SettingsError(f"{location!r} is not allowed: s3://bucket/prefix or a folder")
    return FolderStore(Path(location))


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not allowed: 0 or more, and less than 1")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="capture_converter", description="Training data for EAGLE.")
    commands = parser.add_subparsers(required=True, metavar="convert|validate")
    one = commands.add_parser("convert", help="captured data into training data")
    one.add_argument("--source", required=True, help="what Data Capture has written: s3://bucket/prefix or a folder")
    one.add_argument("--target", required=True, help="where the training data goes: s3://bucket/prefix or a folder")
    one.add_argument("--state", help="where it remembers what is done, if not there: s3://bucket/prefix or a folder")
    one.add_argument("--settings", help="a file of JSON; without it, the defaults")
    one.add_argument("--scratch", help="a folder with room for a batch; without it, the temporary one")
    one.set_defaults(run=_convert)
    other = commands.add_parser("validate", help="check a data set line by line")
    other.add_argument("--source", required=True, help="s3://bucket/prefix or a folder")
    other.add_argument("--format", required=True, choices=FORMATS)
    other.add_argument("--tolerance", type=_share, default=0.0, help="share of lines that may be bad, 0 to 1")
    other.set_defaults(run=_validate)
    return parser


if __name__ == "__main__":
    sys.exit(main())
