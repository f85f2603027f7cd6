"""What a promotion needs to know of the environment files: names, accounts, Regions, and what is production."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from promotion.errors import PromotionError
from promotion.yaml_file import read_yaml

EDGE_REGION = "us-east-1"
"""Where CloudFront's certificates and firewalls have to be."""


class _Part(BaseModel):
    # The app validates the whole file at synthesis; a promotion reads a few keys of it.
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Gateway(_Part):
    exposure: str = ""


class PlatformEnvironment(_Part):
    """One environment file."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    account: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    production: bool = False
    keep_data: bool = True
    gateway: _Gateway | None = None

    @property
    def stage(self) -> str:
        """The construct id of its stage: `us-prod` is `UsProd`."""
        return stage_of(self.name)

    @property
    def regions(self) -> tuple[str, ...]:
        """Every Region that a stack goes to, home first."""
        edge = (EDGE_REGION,) if self.gateway and self.gateway.exposure.startswith("cloudfront") else ()
        return tuple(dict.fromkeys((self.region, *edge)))


def stage_of(name: str) -> str:
    """The construct id of an environment's stage."""
    return "".join(part.capitalize() for part in name.split("-"))


def read_environments(folder: Path) -> dict[str, PlatformEnvironment]:
    """Every environment of a folder by its name.

    Raises PromotionError where there is none, two have one name, or a file cannot be read.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise PromotionError(f"{folder} holds no environment file (*.yaml).")
    found: dict[str, PlatformEnvironment] = {}
    for file in files:
        environment = read_yaml(file, PlatformEnvironment)
        if environment.name in found:
            raise PromotionError(f"{file}: name: another file of {folder} says `{environment.name}` too.")
        found[environment.name] = environment
    return found


def file_of(folder: Path, name: str) -> Path:
    """The file that says `name: NAME`."""
    for file in sorted(folder.glob("*.yaml")):
        if read_yaml(file, PlatformEnvironment).name == name:
            return file
    raise PromotionError(f"No file of {folder} says `name: {name}`.")
