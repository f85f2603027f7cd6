"""The `inference` section: endpoints in full, and endpoints of the catalogue in short."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import ValidationError, ValidationInfo, field_validator

from groundwork.inference.browser_settings import SERVICES, refusals_with_network
from groundwork.inference.catalogue import CATALOGUE
from groundwork.inference.catalogue_settings import CatalogueEndpoint
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.network.settings import NetworkSettings
from groundwork.regions import refusals_of_types
from groundwork.settings import Refusal, Section, refuse


class InferenceSettings(Section):
    """Endpoints, each in a stack of its own: one that fails never rolls back another."""

    endpoints: tuple[EndpointSettings, ...] = ()
    catalogue: tuple[CatalogueEndpoint, ...] = ()
    """Endpoints of models that are known: only what differs from the catalogue's entry is said."""

    @property
    def all_endpoints(self) -> tuple[EndpointSettings, ...]:
        """Every endpoint in full, those of the catalogue last."""
        return (*self.endpoints, *(entry.endpoint() for entry in self.catalogue))

    @property
    def without_browser(self) -> tuple[str, ...]:
        """Names of endpoints whose model drives a browser that has no sandbox here."""
        return tuple(each.name for each in self.catalogue if CATALOGUE[each.entry].drives_browser and not each.browser)

    @field_validator("catalogue")
    @classmethod
    def _entries_can_be_deployed(
        cls, value: tuple[CatalogueEndpoint, ...], info: ValidationInfo
    ) -> tuple[CatalogueEndpoint, ...]:
        refuse(_refusals_of_entries(value))
        named: tuple[EndpointSettings, ...] = info.data.get("endpoints", ())
        if "endpoints" in info.data and not named and not value:
            refuse([Refusal(reason="no endpoint at all", allowed="`endpoints` or `catalogue`, or no `inference`")])
        names = {endpoint.name for endpoint in named}
        models = {endpoint.gateway_model for endpoint in named if endpoint.gateway_model}
        refuse(_refusals_of_repeats(value, names, models))
        return value

    @field_validator("endpoints")
    @classmethod
    def _each_once(cls, value: tuple[EndpointSettings, ...]) -> tuple[EndpointSettings, ...]:
        refuse(_refusals_of_repeats(value, set(), set()))
        return value

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """What sandboxes of browsers call, in the first two zones; endpoints themselves call nothing."""
        sandboxed = any(endpoint.browser for endpoint in self.all_endpoints)
        return dict.fromkeys(SERVICES, frozenset({0, 1})) if sandboxed else {}

    def refusals_with(self, network: NetworkSettings) -> Iterator[Refusal]:
        """What the network lacks for a browser, or for weights that are not the account's own."""
        for at, endpoint in self._placed():
            if endpoint.model.source == "jumpstart" and network.internet == "none":
                # SageMaker fetches weights by way of the VPC: groundwork.network.endpoints.
                reason = "a closed network reaches buckets of the account alone, and `network.internet` is none"
                yield Refusal(reason=reason, allowed="a copy of the weights, and source: s3", at=(*at, "model"))
            for refusal in refusals_with_network(network) if endpoint.browser else ():
                yield replace(refusal, at=(*at, "browser"))

    def _placed(self) -> Iterator[tuple[tuple[str | int, ...], EndpointSettings]]:
        """Every endpoint in full, with the path of what says it."""
        for index, endpoint in enumerate(self.all_endpoints):
            own = index < len(self.endpoints)
            yield (("endpoints", index) if own else ("catalogue", index - len(self.endpoints))), endpoint

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Components, images and reservations belong to a Region."""
        yield from refusals_of_types("inference", region)
        for at, endpoint in self._placed():
            for refusal in endpoint.browser.refusals_in(region) if endpoint.browser else ():
                yield replace(refusal, at=(*at, "browser", *refusal.at))
            if endpoint.component:
                yield from refusals_of_types("inference.component", region, at=(*at, "component"))
            key = None if endpoint.model.source == "jumpstart" else endpoint.model.key
            for field, arn in ((("reservation",), endpoint.reservation), (("model", "key"), key)):
                if arn and arn.split(":")[3] != region:
                    yield Refusal(reason="of another Region", allowed=f"one of {region}", at=(*at, *field), value=arn)
            image = endpoint.server.root if endpoint.server else ""
            where = ("image",) if endpoint.image else ("model", "image")
            if ".dkr.ecr." not in image and image:
                reason = "SageMaker pulls from ECR's private registries only"
                allowed = f"<account>.dkr.ecr.{region}.amazonaws.com/..."
                yield Refusal(reason=reason, allowed=allowed, at=(*at, *where), value=image)
            elif image and f".dkr.ecr.{region}." not in image:
                reason = "an endpoint pulls from its own Region"
                yield Refusal(reason=reason, allowed=f"an image of {region}", at=(*at, *where), value=image)


def _refusals_of_entries(entries: tuple[CatalogueEndpoint, ...]) -> Iterator[Refusal]:
    for index, entry in enumerate(entries):
        try:
            entry.endpoint()
        except ValidationError as error:
            for details in error.errors():
                context = details.get("ctx", {})
                at = (index, *(part for part in details["loc"] if part != "s3"))
                reason, allowed = context.get("reason", details["msg"]), context.get("allowed", "another value")
                yield Refusal(reason=reason, allowed=allowed, at=at, value=details["input"])


def _refusals_of_repeats(
    endpoints: tuple[EndpointSettings | CatalogueEndpoint, ...], names: set[str], models: set[str]
) -> Iterator[Refusal]:
    names, models = set(names), set(models)
    for index, endpoint in enumerate(endpoints):
        if endpoint.name in names:
            yield Refusal(reason="named twice", allowed="a name of its own", at=(index, "name"), value=endpoint.name)
        if endpoint.gateway_model and endpoint.gateway_model in models:
            # Two of one name would share the load without the weights that only the gateway's section has.
            reason, at = "the gateway has a model of this name from another endpoint", (index, "gateway_model")
            yield Refusal(reason=reason, allowed="another name", at=at, value=endpoint.gateway_model)
        names.add(endpoint.name)
        models |= {endpoint.gateway_model} if endpoint.gateway_model else set()
