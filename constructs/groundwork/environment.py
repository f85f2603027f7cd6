"""One environment: its name and account, and the sections that it deploys."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from groundwork import regions
from groundwork.foundation.settings import FoundationSettings
from groundwork.images import ImageLock, images_of
from groundwork.network.endpoint_services import ENDPOINT_SERVICES
from groundwork.network.settings import NetworkSettings
from groundwork.settings import AccountId, Allowed, Email, Refusal, Section, TagKey, TagValue, refuse

EnvironmentName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=20),
    Allowed("at most 20 lower-case letters, digits and inner hyphens, beginning with a letter"),
]


class Environment(Section):
    """What one environment file says. A section that is absent deploys nothing."""

    name: EnvironmentName
    """Names the stage: `dev` deploys as `Dev/**`."""
    account: AccountId
    """The account that everything is deployed to: 12 digits, in quotes."""
    region: Annotated[str, Allowed("an AWS Region such as us-east-1")]
    """The home Region."""
    owner: Email
    """Who answers for the environment; tagged on everything."""
    cost_center: TagValue
    """Whom the cost is charged to; tagged on everything."""
    production: bool = False
    """Refuses what is fit for trying out only, such as an image whose digest nobody has read."""
    keep_data: bool = True
    """Whether what holds state is protected from deletion and outlives its stack. False: `cdk destroy` deletes it."""
    tags: dict[TagKey, TagValue] = Field(default_factory=dict)
    """Further tags of every stack and resource."""
    foundation: FoundationSettings = FoundationSettings()
    network: NetworkSettings | None = None

    @property
    def stage_id(self) -> str:
        """The name in PascalCase: `us-prod` is `UsProd`."""
        return "".join(part.capitalize() for part in self.name.split("-"))

    @property
    def all_tags(self) -> dict[str, str]:
        """The tags of every stack and resource, sorted, so that templates do not depend on their order in the file."""
        own = {"environment": self.name, "owner": self.owner, "cost-center": self.cost_center}
        return dict(sorted({**self.tags, **own}.items()))

    def sections(self) -> Iterator[tuple[str, Section]]:
        """The sections that are present, by name."""
        for name in type(self).model_fields:
            if isinstance(section := getattr(self, name), Section):
                yield name, section

    def endpoint_services(self) -> dict[str, int]:
        """The interface endpoints that the present sections need, each with the number of zones it must stand in."""
        needs: dict[str, int] = {}
        for _, section in self.sections():
            for service, zones in section.endpoint_services().items():
                needs[service] = max(zones, needs.get(service, 0))
        return dict(sorted(needs.items()))

    @field_validator("region")
    @classmethod
    def _region_is_supported(cls, value: str) -> str:
        if value not in regions.REGIONS:
            refuse([Refusal(reason="not a Region that is supported", allowed=", ".join(sorted(regions.REGIONS)))])
        return value

    @field_validator("keep_data")
    @classmethod
    def _production_keeps_its_data(cls, value: bool, info: ValidationInfo) -> bool:
        if info.data.get("production") and not value:
            refuse([Refusal(reason="production keeps its data", allowed="true")])
        return value

    @field_validator("tags")
    @classmethod
    def _tags_are_not_our_own(cls, value: dict[str, str]) -> dict[str, str]:
        own = ("environment", "owner", "cost-center")
        refuse(
            Refusal(reason="set from the environment's own fields", allowed="another key", at=(k,))
            for k in own
            if k in value
        )
        return value

    @field_validator("*")
    @classmethod
    def _section_can_be_deployed_here(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, Section):
            refuse(_refusals_of_section(f"{info.field_name}", value, info))
        return value

    def unpinned_images(self, lock: ImageLock) -> list[str]:
        """Where a section names an image that the lock has no digest for, in words."""
        found = (
            (f"{name}.{'.'.join(map(str, at))}", image.root)
            for name, s in self.sections()
            for at, image in images_of(s)
        )
        return [f"{where}: {image} has no digest in images.lock.yaml" for where, image in found if not lock.get(image)]


def _refusals_of_section(name: str, section: Section, info: ValidationInfo) -> Iterator[Refusal]:
    if region := info.data.get("region"):
        yield from _refusals_of_region(name, section, region)
    lock: ImageLock | None = info.context["image_lock"] if info.context else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if lock is not None and info.data.get("production"):
        allowed = ", ".join(image for image, digest in lock.items() if digest) or "none yet"
        for at, image in images_of(section):
            if not lock.get(image.root):
                reason = "images.lock.yaml holds no digest for it, and production deploys by digest only"
                yield Refusal(reason=reason, allowed=allowed, at=at, value=image.root)


def _refusals_of_region(name: str, section: Section, region: str) -> Iterator[Refusal]:
    for part in type(section).model_fields:
        where = regions.SECTION_REGIONS.get(f"{name}.{part}")
        if where and getattr(section, part) and region not in where:
            types = ", ".join(regions.SECTION_TYPES[f"{name}.{part}"])
            yield Refusal(reason=f"{region} has no {types}", allowed=", ".join(sorted(where)), at=(part,), value=region)
    for service in section.endpoint_services():
        where = ENDPOINT_SERVICES[service].regions
        if where and region not in where:
            reason = f"{region} has no endpoint for {service}"
            yield Refusal(reason=reason, allowed=", ".join(sorted(where)), at=("endpoints",), value=service)
    if isinstance(section, NetworkSettings):
        yield from _refusals_of_zones(section, region)


def _refusals_of_zones(network: NetworkSettings, region: str) -> Iterator[Refusal]:
    if network.vpc and isinstance(network.vpc.zones, int) and network.vpc.zones > regions.zones(region):
        reason = f"{region} offers {regions.zones(region)} zones to every account"
        yield Refusal(
            reason=reason, allowed=f"2 to {regions.zones(region)}", at=("vpc", "zones"), value=network.vpc.zones
        )
    elif network.vpc and isinstance(network.vpc.zones, tuple):
        prefix = regions.zone_id_prefix(region)
        for index, zone in enumerate(network.vpc.zones):
            if not zone.startswith(f"{prefix}-"):
                at = ("vpc", "zones", index)
                yield Refusal(
                    reason=f"not a zone of {region}", allowed=f"ids that begin with {prefix}-az", at=at, value=zone
                )
    if network.existing:
        for group in ("private", "data", "public", "cluster"):
            for index, subnet in enumerate(getattr(network.existing, group)):
                if subnet.zone[:-1] != region:
                    at = ("existing", group, index, "zone")
                    yield Refusal(
                        reason=f"not a zone of {region}",
                        allowed=f"{region}a, {region}b, ...",
                        at=at,
                        value=subnet.zone,
                    )
