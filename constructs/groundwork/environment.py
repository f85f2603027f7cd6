"""One environment: its name and account, and the sections that it deploys."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from groundwork import regions
from groundwork.cluster import network_fit
from groundwork.cluster.settings import ClusterSettings
from groundwork.foundation.settings import BACKUP_TAG, FoundationSettings
from groundwork.gateway.references import refusals_with
from groundwork.gateway.settings import GatewaySettings
from groundwork.governance.settings import GovernanceSettings
from groundwork.images import ImageLock, images_of, refusals_of_unlocked
from groundwork.inference.gateway_models import gateway_models, gateway_with
from groundwork.inference.settings import InferenceSettings
from groundwork.labeling.settings import LabelingSettings
from groundwork.network.endpoint_services import ENDPOINT_SERVICES
from groundwork.network.settings import NetworkSettings
from groundwork.optimization.section_fit import refusals_of_optimization
from groundwork.optimization.settings import OptimizationSettings
from groundwork.section_rules import (
    refusals_of_claims,
    refusals_of_endpoint_names,
    refusals_of_public_images,
    refusals_of_spaces,
)
from groundwork.settings import AccountId, Allowed, Email, Refusal, Section, TagKey, TagValue, refuse
from groundwork.spaces.settings import SpacesSettings

EnvironmentName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=20),
    Allowed("at most 20 lower-case letters, digits and inner hyphens, beginning with a letter"),
]

_STARTED = GatewaySettings | ClusterSettings | SpacesSettings | InferenceSettings | OptimizationSettings
_OWN_TAGS = ("environment", "owner", "cost-center")


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
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=40)] = Field(default_factory=dict)
    """Further tags of every stack and resource."""
    foundation: FoundationSettings = FoundationSettings()
    network: NetworkSettings | None = None
    labeling: LabelingSettings | None = None
    inference: InferenceSettings | None = None
    optimization: OptimizationSettings | None = None
    gateway: GatewaySettings | None = None
    cluster: ClusterSettings | None = None
    governance: GovernanceSettings | None = None
    spaces: SpacesSettings | None = None

    @property
    def stage_id(self) -> str:
        """The name in PascalCase: `us-prod` is `UsProd`."""
        return "".join(part.capitalize() for part in self.name.split("-"))

    @property
    def all_tags(self) -> dict[str, str]:
        """The tags of every stack and resource, sorted, so that templates do not depend on their order in the file."""
        own = dict(zip(_OWN_TAGS, (self.name, self.owner, self.cost_center), strict=True))
        return dict(sorted({**self.tags, **own}.items()))

    def sections(self) -> Iterator[tuple[str, Section]]:
        """The sections that are present, by name."""
        for name in type(self).model_fields:
            if isinstance(section := getattr(self, name), Section):
                yield name, section

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """The interface endpoints that the present sections need, each with the zones that any of them needs it in."""
        needs: dict[str, frozenset[int]] = {}
        for _, section in self.sections():
            for service, zones in section.endpoint_services().items():
                needs[service] = zones | needs.get(service, frozenset())
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
        refuse(_refusals_of_tags(value))
        return value

    @field_validator("foundation")
    @classmethod
    def _foundation_fits_the_account(cls, value: FoundationSettings, info: ValidationInfo) -> FoundationSettings:
        refuse(_refusals_of_foundation(value, info))
        return value

    @field_validator("labeling")
    @classmethod
    def _labeling_fits_the_network(cls, value: LabelingSettings | None, info: ValidationInfo) -> object:
        if value and info.data.get("network", value) is None:
            refuse(value.refusals_without_network())
        return value

    @field_validator("inference")
    @classmethod
    def _endpoints_fit_the_network(cls, value: InferenceSettings | None, info: ValidationInfo) -> object:
        if value and info.data.get("network", value) is None:
            refuse([Refusal(reason="containers have interfaces in the VPC", allowed="a `network` section")])
        if value and info.data.get("network"):
            refuse(value.refusals_with(info.data["network"]))
        if value:
            refuse(refusals_of_endpoint_names(value, info.data.get("labeling")))
        return value

    @field_validator("optimization")
    @classmethod
    def _jobs_fit_endpoints_and_network(cls, value: OptimizationSettings | None, info: ValidationInfo) -> object:
        if value:
            refuse(refusals_of_optimization(value, info.data))
        return value

    @field_validator("gateway", mode="before")
    @classmethod
    def _gateway_offers_the_endpoints(cls, value: object, info: ValidationInfo) -> object:
        inference, name = info.data.get("inference"), info.data.get("name")
        offered = gateway_models(inference, environment=name) if inference and name else ()
        return gateway_with(value, offered, context=info.context)

    @field_validator("gateway")
    @classmethod
    def _gateway_fits_the_network(cls, value: GatewaySettings | None, info: ValidationInfo) -> GatewaySettings | None:
        if value and "network" in info.data:
            refuse(refusals_with(value, info.data["network"], region=info.data.get("region")))
        return value

    @field_validator("cluster")
    @classmethod
    def _cluster_fits_the_network(cls, value: ClusterSettings | None, info: ValidationInfo) -> ClusterSettings | None:
        if value and "network" in info.data:
            network = info.data["network"]
            refuse([*network_fit.refusals_with(value, network), *refusals_of_public_images(value, network)])
        return value

    @field_validator("governance")
    @classmethod
    def _shares_fit_the_cluster(cls, value: GovernanceSettings | None, info: ValidationInfo) -> object:
        if value and "cluster" in info.data:
            refuse(value.refusals_with(info.data["cluster"]))
        if info.data.get("cluster"):
            refuse(refusals_of_claims(info.data["cluster"], value))
        return value

    @field_validator("spaces")
    @classmethod
    def _spaces_fit_the_cluster(cls, value: SpacesSettings | None, info: ValidationInfo) -> SpacesSettings | None:
        if value:
            refuse(refusals_of_spaces(value, info.data))
        return value

    @field_validator("*")
    @classmethod
    def _section_can_be_deployed_here(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, Section):
            refuse(_refusals_of_section(value, info))
        return value

    def unpinned_images(self, lock: ImageLock) -> list[str]:
        """Where a section names an image that the lock has no digest for, in words."""
        found = (
            (f"{name}.{'.'.join(map(str, at))}", image.root)
            for name, s in self.sections()
            for at, image in images_of(s)
        )
        return [f"{where}: {image} has no digest in images.lock.yaml" for where, image in found if not lock.get(image)]


def _refusals_of_section(section: Section, info: ValidationInfo) -> Iterator[Refusal]:
    if region := info.data.get("region"):
        yield from section.refusals_in(region)
        for service in section.endpoint_services():
            where = ENDPOINT_SERVICES[service].regions
            if where and region not in where:
                allowed = ", ".join(sorted(where))
                reason = f"{region} has no endpoint for {service}"
                at = ("endpoints",) if isinstance(section, NetworkSettings) else ()
                yield Refusal(reason=reason, allowed=allowed, at=at, value=service)
    lock: ImageLock | None = info.context["image_lock"] if info.context else None
    # A copy, a pod, a Space, an endpoint or a job is made of bytes, not of a tag.
    pinned = info.data.get("production") or isinstance(section, _STARTED)
    if lock is not None and pinned:
        who = "production deploys" if info.data.get("production") else "it is started"
        yield from refusals_of_unlocked(section, lock, who=who)


def _refusals_of_tags(tags: dict[str, str]) -> Iterator[Refusal]:
    # IAM does not tell keys apart by case: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    seen = dict.fromkeys((*_OWN_TAGS, BACKUP_TAG), "set by the environment itself")
    for key in tags:
        if reason := seen.get(key.lower()):
            yield Refusal(reason=reason, allowed="another key", at=(key,), value=tags[key])
        seen[key.lower()] = "the key stands twice, but for upper and lower case"


def _refusals_of_foundation(foundation: FoundationSettings, info: ValidationInfo) -> Iterator[Refusal]:
    if foundation.backup and info.data.get("keep_data") is False:
        reason = "a vault with recovery points cannot be deleted, and keep_data is false"
        yield Refusal(reason=reason, allowed="no backup, or keep_data: true", at=("backup",))
    anomaly, account = foundation.cost_anomaly, info.data.get("account")
    if anomaly and account and anomaly.monitor != "create" and f"::{account}:" not in anomaly.monitor:
        reason = f"not a monitor of account {account}"
        yield Refusal(
            reason=reason, allowed=f"arn:aws:ce::{account}:anomalymonitor/...", at=("cost_anomaly", "monitor")
        )
