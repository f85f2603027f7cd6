"""The `spaces` section of an environment file."""

from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.network.settings import NetworkSettings
from groundwork.settings import Allowed, Refusal, Section, refuse
from groundwork.spaces import references
from groundwork.spaces.dependency_settings import DependencySettings
from groundwork.spaces.names import STORAGE_CLASS, VOLUME_CLASS
from groundwork.spaces.size import refusals_of_size
from groundwork.spaces.team_settings import SharedSpaceSettings, TeamSettings
from groundwork.spaces.template_settings import TemplateSettings
from groundwork.spaces.values import at_least_one, refusals_of_names
from groundwork.spaces.web_settings import DirectSshSettings, WebUiSettings


class SpacesSettings(Section):
    """JupyterLab and Code Editor on the cluster, with the people who use them."""

    version: Annotated[
        str,
        Field(pattern=r"^v0\.[12]\.\d+-eksbuild\.\d+$"),
        Allowed("a version 0.1.x or 0.2.x of amazon-sagemaker-spaces such as v0.2.1-eksbuild.1"),
    ]
    """The add-on's version, as `aws eks describe-addon-versions --addon-name amazon-sagemaker-spaces` lists it. With
    0.1.x the web page signs its tokens with a KMS key; 0.2.x keeps the keys in a secret and rotates them."""
    remote_access: bool = True
    """Whether VS Code, Cursor and Kiro connect by Systems Manager: nothing listens, the account's advanced tier is
    charged for each hour of a running Space."""
    direct_ssh: DirectSshSettings | None = None
    web_ui: WebUiSettings | None = None
    templates: Annotated[tuple[TemplateSettings, ...], Field(max_length=50), AfterValidator(at_least_one)]
    teams: Annotated[tuple[TeamSettings, ...], Field(max_length=100), AfterValidator(at_least_one)]
    shared_spaces: Annotated[tuple[SharedSpaceSettings, ...], Field(max_length=100)] = ()
    dependencies: DependencySettings = DependencySettings()

    @property
    def signs_with_kms(self) -> bool:
        """Whether the web page needs a key and the router a role: with 0.1.x only."""
        return self.web_ui is not None and self.version.startswith("v0.1.")

    @property
    def enters_names(self) -> bool:
        """Whether ExternalDNS has something to do."""
        return self.web_ui is not None or self.direct_ssh is not None

    @property
    def load_balancer_controller(self) -> bool:
        """Whether the cluster has the load balancer controller from here: the inference operator's must be off."""
        return self.web_ui is not None and self.dependencies.load_balancer_controller.install

    @property
    def zones(self) -> tuple[str, ...]:
        """The hosted zones that names are entered into."""
        zones = (section.zone for section in (self.web_ui, self.direct_ssh) if section)
        return tuple(dict.fromkeys(zone for zone in zones if zone))

    @property
    def storage_class(self) -> str:
        """The class of the volumes: ours where the driver is ours, and has rights on our key."""
        return VOLUME_CLASS if self.dependencies.ebs_csi.install else STORAGE_CLASS

    @property
    def system_pods(self) -> int:
        """Pods of what is installed here, somewhere in the cluster: replicas as the charts have them."""
        needs = self.dependencies
        return (
            1  # the add-on's controller
            + 3 * needs.cert_manager.install  # itself, its web hook, its injector
            + 2 * needs.ebs_csi.install
            + (self.enters_names and needs.external_dns.install)
            + 2 * self.load_balancer_controller
            + (5 if self.web_ui else 0)  # twice Traefik, twice the sign-in, the rotation of its keys
        )

    @property
    def pods_on_each_node(self) -> int:
        """Pods of DaemonSets: the driver for volumes."""
        return int(self.dependencies.ebs_csi.install)

    @field_validator("direct_ssh")
    @classmethod
    def _one_kind_of_ssh(cls, value: DirectSshSettings | None, info: ValidationInfo) -> DirectSshSettings | None:
        if value and info.data.get("remote_access"):
            reason = "the add-on has either remote access or direct SSH"
            refuse([Refusal(reason=reason, allowed="none, or remote_access: false", value=value.domain)])
        if value and str(info.data.get("version", "")).startswith("v0.1."):
            refuse([Refusal(reason="0.1.x has no direct SSH", allowed="none, or version 0.2.x", value=value.domain)])
        return value

    @field_validator("web_ui")
    @classmethod
    def _some_way_in(cls, value: WebUiSettings | None, info: ValidationInfo) -> WebUiSettings | None:
        # A part that is refused itself is not in the data: it may have been the way in.
        others = [info.data[name] for name in ("remote_access", "direct_ssh") if name in info.data]
        if value is None and len(others) == 2 and not any(others):
            reason = "nobody could open a Space: there is no remote access and no direct SSH either"
            refuse([Refusal(reason=reason, allowed="web_ui, or remote_access: true", value="nothing")])
        return value

    @field_validator("templates")
    @classmethod
    def _templates_can_start(
        cls, value: tuple[TemplateSettings, ...], info: ValidationInfo
    ) -> tuple[TemplateSettings, ...]:
        refuse(refusals_of_names(value))
        if info.data.get("remote_access"):
            refuse(r for i, t in enumerate(value) for r in references.below(i, t.refusals_of_remote_access()))
        return value

    @field_validator("teams")
    @classmethod
    def _teams_fit(cls, value: tuple[TeamSettings, ...], info: ValidationInfo) -> tuple[TeamSettings, ...]:
        refuse(refusals_of_names(value))
        refuse(references.refusals_of_namespaces(value, web_ui=info.data.get("web_ui") is not None))
        if "templates" in info.data:
            refuse(references.refusals_of_team_templates(value, info.data["templates"]))
            refuse(refusals_of_size(value, info.data["templates"], ssh_clients=_ssh_clients(info)))
        return value

    @field_validator("shared_spaces")
    @classmethod
    def _shared_spaces_fit(
        cls, value: tuple[SharedSpaceSettings, ...], info: ValidationInfo
    ) -> tuple[SharedSpaceSettings, ...]:
        if {"teams", "templates"} <= info.data.keys():
            teams, templates = info.data["teams"], info.data["templates"]
            refuse(
                references.refusals_of_shared_spaces(
                    value, teams, templates, web_ui=info.data.get("web_ui") is not None
                )
            )
            refuse(refusals_of_size(teams, templates, value, ssh_clients=_ssh_clients(info)))
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """A certificate belongs to a Region."""
        if self.web_ui:
            for r in self.web_ui.refusals_in(region):
                yield Refusal(reason=r.reason, allowed=r.allowed, at=("web_ui", *r.at), value=r.value)

    def refusals_with_network(self, network: NetworkSettings | None) -> Iterator[Refusal]:
        """What does not go with the network."""
        if network and network.internet == "none" and self.enters_names:
            at = ("web_ui", "zone") if self.web_ui else ("direct_ssh", "zone")
            reason = "ExternalDNS calls Route 53, which has no endpoint, and `internet` is none"
            yield Refusal(reason=reason, allowed="remote_access alone", at=at, value=self.zones[0])

    def refusals_of_mig(self, profiles: Collection[str]) -> Iterator[Refusal]:
        """Slices that no instance group of the cluster offers.

        Args:
            profiles: of all instance groups, such as `1g.5gb`.
        """
        for index, template in enumerate(self.templates):
            if template.mig and template.mig.profile not in profiles:
                reason = "no instance group of the cluster is partitioned so"
                allowed = ", ".join(sorted(profiles)) or "no mig: no group is partitioned"
                at = ("templates", index, "mig", "profile")
                yield Refusal(reason=reason, allowed=allowed, at=at, value=template.mig.profile)

    def refusals_of_governance(self, *, quotas: Collection[str], priorities: Collection[str]) -> Iterator[Refusal]:
        """Teams whose quota nobody makes, and templates with a priority that the scheduler does not know.

        Args:
            quotas: the names of the teams in the compute quotas of task governance.
            priorities: the names of the scheduler's priorities.
        """
        for index, team in enumerate(self.teams):
            if team.quota and team.quota not in quotas:
                allowed = ", ".join(sorted(quotas)) or "no quota: there is none"
                at = ("teams", index, "quota")
                yield Refusal(reason="no compute quota is for this team", allowed=allowed, at=at, value=team.quota)
        for index, template in enumerate(self.templates):
            if template.priority and template.priority not in priorities:
                allowed = ", ".join(sorted(priorities)) or "no priority: there is none"
                at = ("templates", index, "priority")
                yield Refusal(
                    reason="the scheduler has no such priority", allowed=allowed, at=at, value=template.priority
                )

    def refusals_of_administrators(self, administrators: Collection[str]) -> Iterator[Refusal]:
        """People who have their access entry already: a principal has one in a cluster.

        Args:
            administrators: the principals that the cluster itself lets in.
        """
        for team_index, team in enumerate(self.teams):
            for index, principal in enumerate(team.principals):
                if principal in administrators:
                    reason = "administers the cluster, and a principal has one access entry only"
                    at = ("teams", team_index, "principals", index)
                    yield Refusal(reason=reason, allowed="another role", at=at, value=principal)

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """What the add-on, the volumes and the load balancers call, in the first two zones."""
        services = {"ec2", "ecr.api", "ecr.dkr", "eks-auth", "sagemaker.api", "sts"}
        if self.remote_access:
            services |= {"ec2messages", "ssm", "ssmmessages"}
        if self.web_ui:
            services.add("elasticloadbalancing")
        if self.signs_with_kms:
            services.add("kms")
        return dict.fromkeys(sorted(services), frozenset({0, 1}))


def _ssh_clients(info: ValidationInfo) -> int:
    ssh: DirectSshSettings | None = info.data.get("direct_ssh")
    return len(ssh.clients) if ssh else 0
