"""An endpoint of a model of the catalogue."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from groundwork.gateway.names import ModelName
from groundwork.images import Image
from groundwork.inference.browser_settings import BrowserSettings
from groundwork.inference.catalogue import CATALOGUE, USABLE, CatalogueEntry
from groundwork.inference.endpoint_settings import EndpointName, EndpointSettings, InstanceTypeName
from groundwork.inference.instance_types import HOSTING_TYPES
from groundwork.inference.model_settings import S3Model
from groundwork.inference.serving_settings import AlarmSettings, CaptureSettings, ComponentSettings, ScalingSettings
from groundwork.inference.speculation import repository_of
from groundwork.inference.update_settings import Update
from groundwork.settings import Allowed, Refusal, Section, each_once, refuse

EntryName = Literal[
    "qwen3-32b",
    "qwen3-32b-eagle",
    "gpt-oss-120b",
    "fara-7b",
    "nemotron-elastic-12b",
    "nemotron-elastic-9b",
    "nemotron-elastic-6b",
    "smoke",
]


class CatalogueEndpoint(Section):
    """The entry knows server, variables, architecture and fitting instances; the rest is said here."""

    name: EndpointName
    entry: Annotated[EntryName, Allowed("an entry of the catalogue")]
    model: S3Model
    """Its weights. With `-eagle`: the head lies in `draft/` below them."""
    image: Image
    """Of the entry's server (docs/inference.md names them), in the environment's Region."""
    instances: Annotated[tuple[InstanceTypeName, ...], Field(max_length=5), AfterValidator(each_once)] = ()
    """None: the entry's."""
    count: Annotated[int, Field(ge=1, le=100)] = 1
    component: ComponentSettings | None = None
    scaling: ScalingSettings | None = None
    """Without `concurrent_requests`: the entry's."""
    update: Update | None = None
    capture: CaptureSettings | None = None
    alarms: AlarmSettings = AlarmSettings()
    gateway_model: ModelName | None = None
    browser: BrowserSettings | None = None
    """For `fara-7b`: the sandbox that its agent drives a browser in."""

    def endpoint(self) -> EndpointSettings:
        """The endpoint in full.

        Raises:
            pydantic.ValidationError: what is said here does not fit the entry.
        """
        entry = CATALOGUE[self.entry]
        own = {key: getattr(self, key) for key in _OWN}
        if self.scaling and "concurrent_requests" not in self.scaling.model_fields_set:
            aim = {"concurrent_requests": entry.concurrent_requests}
            own["scaling"] = self.scaling.model_copy(update=aim)
        return EndpointSettings(
            **own,
            model=self.model.model_copy(update={"architecture": entry.architecture}),
            instances=self.instances or entry.instances,
            environment=entry.environment,
            speculation=entry.speculation,
            interface=entry.interface,
        )

    @model_validator(mode="after")
    def _fits_the_entry(self) -> Self:
        refuse(_refusals_of_entry(self, CATALOGUE[self.entry]))
        return self


_OWN = ("name", "image", "count", "component", "scaling", "update", "capture", "alarms", "gateway_model", "browser")


def _refusals_of_entry(endpoint: CatalogueEndpoint, entry: CatalogueEntry) -> Iterator[Refusal]:
    if repository_of(endpoint.image.root) != entry.server:
        reason, image = "the entry's variables are those of another server", endpoint.image.root
        yield Refusal(reason=reason, allowed=f"an image of {entry.server}", at=("image",), value=image)
    yield from _refusals_of_instances(endpoint, entry)
    if endpoint.browser and not entry.drives_browser:
        yield Refusal(reason="the entry drives no browser", allowed="none", at=("browser",), value=endpoint.entry)
    named = endpoint.model.architecture
    if named and named != entry.architecture:
        at = ("model", "architecture")
        yield Refusal(reason="the entry is of another", allowed=entry.architecture, at=at, value=named)
    provenance = endpoint.model.provenance
    if provenance and provenance.repository != entry.repository:
        at = ("model", "provenance", "repository")
        yield Refusal(reason="of another model", allowed=entry.repository, at=at, value=provenance.repository)
    if entry.gated and not provenance:
        reason = f"the licence is {entry.licence}"
        allowed = "a provenance with a pinned `revision` and `licence_accepted: true`"
        yield Refusal(reason=reason, allowed=allowed, at=("model", "provenance"))
    elif entry.gated and provenance and not provenance.licence_accepted:
        reason, at = f"the licence is {entry.licence}", ("model", "provenance", "licence_accepted")
        yield Refusal(reason=reason, allowed="true, by somebody who may", at=at, value=False)


def _refusals_of_instances(endpoint: CatalogueEndpoint, entry: CatalogueEntry) -> Iterator[Refusal]:
    """The entry's variables spread the model over a number of GPUs, which a component must have as well."""
    gpus = HOSTING_TYPES[entry.instances[0]].gpus
    for index, name in enumerate(endpoint.instances):
        kind, at = HOSTING_TYPES[name], ("instances", index)
        if (kind.gpus < gpus) or (kind.gpus > gpus and not endpoint.component) or (kind.gpus and not gpus):
            reason = f"{name} has {kind.gpus} GPUs, and the entry's variables spread the model over {gpus}"
            yield Refusal(reason=reason, allowed=f"types with {gpus} GPUs", at=at, value=name)
        elif gpus * kind.gpu_memory_gib * USABLE < entry.weights_gib:
            reason = f"its GPUs have {gpus * kind.gpu_memory_gib} GiB, and the weights take {entry.weights_gib:g}"
            yield Refusal(reason=reason, allowed=", ".join(entry.instances), at=at, value=name)
    if endpoint.component and endpoint.component.gpus != gpus:
        reason = "the entry's variables spread the model over another number"
        at = ("component", "gpus")
        yield Refusal(reason=reason, allowed=str(gpus), at=at, value=endpoint.component.gpus)
