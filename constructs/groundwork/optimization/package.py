"""What the functions of an EAGLE job bring along, and the programs of its containers."""

import atexit
import shutil
import tempfile
from functools import cache
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath

from groundwork.python_function import package

FUNCTION_FOLDER = "model_optimization"
CONVERTER_FOLDER = "capture_converter"
SERVICE_MODELS = "service_models"
"""The SDK in Lambda's runtime lags behind, and refuses what its description of SageMaker does not know. So the one that
this program is installed with comes along; `lambda/model_optimization/clients.py` reads it."""
_SAGEMAKER = ("botocore", "data", "sagemaker")


@cache
def function_package() -> Path:
    """The functions with the converter, whose check of data sets they use, and SageMaker's description."""
    target = _folder()
    shutil.copytree(package(FUNCTION_FOLDER), target, dirs_exist_ok=True)
    _copy_folder(CONVERTER_FOLDER, target)
    for file in distribution("botocore").files or ():
        if file.parts[: len(_SAGEMAKER)] == _SAGEMAKER:
            _copy(Path(str(file.locate())), target / SERVICE_MODELS / Path(*file.parts[2:]))
    return target


@cache
def program_package(folder: str) -> Path:
    """A folder below `lambda/` as a package that Python imports out of a zip file, with the libraries that its
    `distributions.txt` names."""
    target = _folder()
    _copy_folder(folder, target)
    # Older versions of Python find no package without this in a zip file.
    (target / folder / "__init__.py").touch()
    names = _source(folder) / "distributions.txt"
    for line in names.read_text(encoding="utf-8").splitlines() if names.is_file() else ():
        if name := line.partition("#")[0].strip():
            _install(name, target)
    return target


def _folder() -> Path:
    target = Path(tempfile.mkdtemp(prefix="groundwork-function-"))
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    return target


def _copy_folder(folder: str, target: Path) -> None:
    source = _source(folder)
    for file in sorted(source.rglob("*.py")):
        if "__pycache__" not in file.parts:
            _copy(file, target / folder / file.relative_to(source))


def _source(folder: str) -> Path:
    here = Path(__file__).parents[1]
    # In the wheel the run-time code stands inside of the package.
    for source in (here / "_lambda" / folder, here.parents[1] / "lambda" / folder):
        if source.is_dir():
            return source
    raise ValueError(f"there is no folder {folder!r} of run-time code")


def _install(name: str, target: Path) -> None:
    files = sorted(PurePosixPath(file) for file in distribution(name).files or ())
    wanted = [file for file in files if ".." not in file.parts and _is_read(file)]
    for file in wanted:
        _copy(Path(str(distribution(name).locate_file(file))), target / file)
    # Who looks for secrets knows by it that these files are a library's.
    (record,) = {file.parts[0] for file in wanted if file.parts[0].endswith(".dist-info")}
    (target / record / "RECORD").write_text("".join(f"{file},,\n" for file in wanted), encoding="utf-8")


def _is_read(file: PurePosixPath) -> bool:
    # Its descriptions of services cannot be read out of a zip file.
    if file.parts[:2] == ("botocore", "data"):
        return False
    return file.suffix in (".py", ".pem") or "licenses" in file.parts or file.name == "METADATA"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
