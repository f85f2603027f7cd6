"""Reads one environment file for the checks."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from operations.doctor.sections.cluster import Cluster, InstanceGroup
from operations.doctor.sections.gateway import Gateway
from operations.doctor.sections.inference import Endpoint, Inference
from operations.doctor.sections.network import Network
from operations.doctor.sections.optimization import Job, Optimization
from operations.doctor.sections.part import Part, Text
from operations.doctor.sections.spaces import Spaces
from operations.errors import OperationError
from operations.toolkit import QUALIFIER


class Environment(Part):
    """The sections that checks read."""

    name: Text
    account: Annotated[Text, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    owner: Text | None = None
    cost_center: Text | None = None
    keep_data: bool = True
    network: Network | None = None
    gateway: Gateway | None = None
    cluster: Cluster | None = None
    inference: Inference | None = None
    optimization: Optimization | None = None
    labeling: dict[str, object] | None = None
    spaces: Spaces | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What every check gets: the file, and the little that is not in it."""

    environment: Environment
    now: datetime
    """With its time zone: support, plans and certificates end."""
    qualifier: str = QUALIFIER
    """Of the CDK's bootstrap."""

    @property
    def endpoints(self) -> tuple[tuple[str, Endpoint], ...]:
        """Each endpoint with the field that says it."""
        return self.environment.inference.all_endpoints if self.environment.inference else ()

    @property
    def groups(self) -> tuple[tuple[str, InstanceGroup], ...]:
        """Each instance group with the field that says it."""
        groups = self.environment.cluster.instance_groups if self.environment.cluster else ()
        return tuple((f"cluster.instance_groups.{group.name}", group) for group in groups)

    @property
    def jobs(self) -> tuple[tuple[str, Job], ...]:
        """Each optimization job with the field that says it."""
        return self.environment.optimization.named_jobs if self.environment.optimization else ()

    @property
    def region(self) -> str:
        return self.environment.region

    @property
    def account(self) -> str:
        return self.environment.account

    @property
    def regions(self) -> tuple[str, ...]:
        """Where stacks go: home, and us-east-1 for what stands at CloudFront's edge."""
        gateway = self.environment.gateway
        return tuple(dict.fromkeys((self.region, *(("us-east-1",) if gateway and gateway.at_the_edge else ()))))


def read_environment(*, folder: Path, name: str, region: str | None = None) -> Environment:
    """Find an environment by its name, or by the path of its file.

    Args:
        folder: where environment files stand.
        region: instead of the file's own, to ask whether another Region would do.

    Raises:
        OperationError: there is no such file, or a part of it cannot be read; with the field and what is allowed.
    """
    file, content = _found(folder, name)
    try:
        return Environment.model_validate(content | ({"region": region} if region else {}))
    except ValidationError as error:
        wrong = (f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise OperationError("\n".join([f"{file} cannot be checked:", *wrong])) from None


def _found(folder: Path, name: str) -> tuple[Path, dict[str, Any]]:
    if name.endswith(".yaml"):
        return Path(name), _content(Path(name))
    present: list[str] = []
    for file in sorted(folder.glob("*.yaml")):
        content = _content(file)
        if (found := str(content.get("name"))) == name:
            return file, content
        present.append(found)
    there = ", ".join(present) or "none"
    raise OperationError(f"No file of {folder}/ says `name: {name}`. Environments there: {there}.")


def _content(file: Path) -> dict[str, Any]:
    try:
        content: Any = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperationError(f"{file} does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise OperationError(f"{file} cannot be read: {error}") from None
    except YAMLError as error:
        raise OperationError(f"{file} is not YAML: {error}") from None
    if not isinstance(content, dict):
        raise OperationError(f"{file} is not a mapping of keys such as name, account and region.")
    return content
