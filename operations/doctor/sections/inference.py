"""The `inference` section: endpoints in full, and endpoints of the catalogue in short."""

from typing import Literal

from operations.doctor.sections.catalogue import CATALOGUE
from operations.doctor.sections.part import Part, Text


class Bounds(Part):
    """The most that a schedule scales to."""

    max: int


class Scaling(Part):
    """Between how many instances, or copies of a component, the endpoint scales."""

    max: int
    schedules: tuple[Bounds, ...] = ()


class Component(Part):
    """What one copy of the model takes of an instance."""

    gpus: int
    cpus: float = 1
    memory_mib: int


class Update(Part):
    """How an endpoint is updated."""

    type: Literal["rolling", "blue-green"]
    batch_percent: int = 50


class Source(Part):
    """Where a model comes from: `s3`, `package` or `jumpstart`."""

    source: str
    uri: str | None = None
    arn: str | None = None
    key: str | None = None
    architecture: str | None = None


class Speculation(Part):
    """A head that drafts tokens, below the model's own prefix."""

    draft: str = "draft"


class Endpoint(Part):
    """A model behind an endpoint."""

    name: Text
    model: Source
    instances: tuple[str, ...] = ()
    """In the order in which they are tried; an entry of the catalogue may leave them out."""
    count: int = 1
    """Instances that it starts with; copies, where it has a component."""
    reservation: str | None = None
    component: Component | None = None
    scaling: Scaling | None = None
    update: Update | None = None
    speculation: Speculation | None = None
    entry: str | None = None
    """Of the catalogue."""

    @property
    def types(self) -> tuple[str, ...]:
        """The instance types; those of the catalogue's entry where none are said."""
        known = CATALOGUE.get(self.entry or "")
        return self.instances or (known.instances if known else ())

    @property
    def architecture(self) -> str | None:
        """What the model's own config.json should say; None where nobody said it."""
        known = CATALOGUE.get(self.entry or "")
        return known.architecture if known else self.model.architecture

    @property
    def draft(self) -> str | None:
        """The folder of the speculation's head below the model's prefix; None without speculation."""
        known = CATALOGUE.get(self.entry or "")
        return known.draft if known else self.speculation.draft if self.speculation else None

    @property
    def most(self) -> int:
        """The most instances, or copies, that it may have while nothing is updated."""
        return max(bounds.max for bounds in (self.scaling, *self.scaling.schedules)) if self.scaling else self.count


class Inference(Part):
    """Endpoints of the environment."""

    endpoints: tuple[Endpoint, ...] = ()
    catalogue: tuple[Endpoint, ...] = ()

    @property
    def all_endpoints(self) -> tuple[tuple[str, Endpoint], ...]:
        """Each endpoint with the field that says it."""
        own = [(f"inference.endpoints.{endpoint.name}", endpoint) for endpoint in self.endpoints]
        return (*own, *((f"inference.catalogue.{endpoint.name}", endpoint) for endpoint in self.catalogue))
