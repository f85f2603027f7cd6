"""The `gateway` section of an environment file."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.gateway import references
from groundwork.gateway.answer_cache_settings import AnswerCacheSettings
from groundwork.gateway.data_settings import CacheSettings, DatabaseSettings
from groundwork.gateway.edition import EnterpriseSettings
from groundwork.gateway.exposure_settings import Clients, DomainSettings, Exposure, check_clients
from groundwork.gateway.guardrail_settings import GuardrailSettings
from groundwork.gateway.litellm_image import DEFAULT_IMAGE, LiteLlmImage
from groundwork.gateway.model_settings import BedrockDeployment, ModelSettings, SageMakerDeployment
from groundwork.gateway.names import at_least_one
from groundwork.gateway.presets import PRESETS, Preset, Sizing
from groundwork.gateway.routing_settings import RoutingSettings
from groundwork.gateway.secret_settings import Secrets
from groundwork.gateway.service_settings import ScalingSettings
from groundwork.gateway.sign_in_settings import SignInSettings
from groundwork.gateway.team_settings import BudgetSettings, KeySettings, TeamSettings, UserSettings
from groundwork.gateway.time_outs import ORIGIN_READ_QUOTA
from groundwork.gateway.tracing_settings import AlertSettings, TracingSettings
from groundwork.gateway.vpc_origins import refusals_of_origin
from groundwork.images import Image
from groundwork.settings import Allowed, Refusal, Section, refuse


class GatewaySettings(Section):
    """One address for the models of every provider, with keys, budgets, limits and fallbacks."""

    preset: Preset = "production"
    """The sizes of what `scaling`, `database` and `cache` leave out: `small` for trying out, `production`."""
    exposure: Exposure
    """`cloudfront` with CloudFront's own name, `cloudfront-domain` with yours, `public` with a load balancer on the
    internet, or `private` for named networks only."""
    domain: DomainSettings
    clients: Clients = ()
    """Address ranges that may call. `private` needs them; `public` without any is open to all."""
    secrets: Secrets = Field(default_factory=dict)
    """Keys of providers and others, by a name that models refer to: `create`, or the ARN of a secret."""
    models: Annotated[
        tuple[ModelSettings, ...],
        Field(max_length=500),
        AfterValidator(at_least_one),
        AfterValidator(references.named_once),
    ]
    """What callers can ask for."""
    routing: RoutingSettings = RoutingSettings()
    answer_cache: AnswerCacheSettings | None = None
    teams: Annotated[tuple[TeamSettings, ...], Field(max_length=200), AfterValidator(references.named_once)] = ()
    """Teams, made or changed at each deployment. Those that are made in the UI stay as they are."""
    users: UserSettings = UserSettings()
    keys: KeySettings = KeySettings()
    budget: BudgetSettings | None = None
    guardrails: Annotated[
        tuple[GuardrailSettings, ...], Field(max_length=10), AfterValidator(references.named_once)
    ] = ()
    """Guardrails of Bedrock for the requests to any provider."""
    tracing: TracingSettings = TracingSettings()
    alerts: AlertSettings | None = None
    ui: bool = True
    """Whether the admin UI is served."""
    docs: bool = False
    """Whether the page that describes the API is served."""
    sign_in: SignInSettings | None = None
    max_request_seconds: Annotated[int, Field(ge=30, le=3600)] = 600
    """The longest that a request may take, in seconds. Every time-out on its path follows from it."""
    requests_per_address: Annotated[int, Field(ge=10, le=2_000_000_000)] = 10_000
    """Requests that one address may make in any 5 minutes; many people may share the address of a network."""
    origin_prefix_list: (
        Annotated[str, Field(pattern=r"^pl-[0-9a-f]{8,17}$"), Allowed("the id of a prefix list such as pl-a3a144ca")]
        | None
    ) = None
    """With CloudFront: the id of its list of addresses in the Region, where this version does not know it."""
    origin_read_quota_seconds: Annotated[int, Field(ge=60, le=180)] = ORIGIN_READ_QUOTA
    """With CloudFront: how long the account lets an origin be silent, in seconds. A stream has a ping each 15 s; an
    answer that does not stream and takes longer ends in 504."""
    image: LiteLlmImage = Image(DEFAULT_IMAGE)
    """The proxy: its database image by version, deployed by the digest that the lock holds."""
    database: DatabaseSettings | None = None
    cache: CacheSettings | None = None
    scaling: ScalingSettings | None = None
    enterprise: EnterpriseSettings = EnterpriseSettings()

    @property
    def sizing(self) -> Sizing:
        """What runs, the preset's share included."""
        return _sizing(self.preset, self.scaling, self.database, self.cache)

    @property
    def at_the_edge(self) -> bool:
        """Whether callers come by CloudFront."""
        return self.exposure.startswith("cloudfront")

    @property
    def leaves_aws(self) -> bool:
        """Whether anything needs a path to the internet."""
        return next(iter(references.on_the_internet(self)), None) is not None

    @field_validator("domain")
    @classmethod
    def _domain_fits_the_exposure(cls, value: DomainSettings, info: ValidationInfo) -> DomainSettings:
        if exposure := info.data.get("exposure"):
            refuse(value.refusals_with(exposure))
        return value

    @field_validator("clients")
    @classmethod
    def _clients_fit_the_exposure(cls, value: Clients, info: ValidationInfo) -> Clients:
        return check_clients(value, info)

    @field_validator("alerts")
    @classmethod
    def _warnings_reach_somebody(cls, value: AlertSettings | None, info: ValidationInfo) -> AlertSettings | None:
        if value is None:
            teams = [t.name for t in info.data.get("teams", ()) if t.budget and t.budget.alert_usd]
            if teams:
                reason = f"nobody would hear of the `alert_usd` of {', '.join(teams)}"
                refuse([Refusal(reason=reason, allowed="a webhook, or no alert_usd", value="nothing")])
        return value

    @field_validator("secrets")
    @classmethod
    def _variables_are_distinct(cls, value: dict[str, str]) -> dict[str, str]:
        refuse(references.refusals_of_variables(value))
        return value

    @field_validator("models", "tracing", "alerts", "sign_in")
    @classmethod
    def _secrets_are_provided(cls, value: object, info: ValidationInfo) -> object:
        if "secrets" in info.data:
            refuse(references.refusals_of_secrets(value, info.data["secrets"]))
        return value

    @field_validator("routing", "teams", "users")
    @classmethod
    def _models_exist(cls, value: object, info: ValidationInfo) -> object:
        if "models" in info.data:
            refuse(references.refusals_of_models(value, tuple(m.name for m in info.data["models"])))
        return value

    @field_validator("sign_in")
    @classmethod
    def _somewhere_to_sign_in(cls, value: SignInSettings | None, info: ValidationInfo) -> SignInSettings | None:
        if value and info.data.get("ui") is False:
            refuse([Refusal(reason="there is no admin UI to sign in to", allowed="none, or ui: true")])
        if value and info.data.get("exposure") == "cloudfront":
            # LiteLLM would send people back to the name that CloudFront calls it by.
            reason = "CloudFront's own name, which signing in leads back to, is known only after the deployment"
            refuse([Refusal(reason=reason, allowed="none, or cloudfront-domain")])
        return value

    @field_validator("scaling")
    @classmethod
    def _database_takes_all_connections(cls, value: ScalingSettings | None, info: ValidationInfo) -> object:
        if {"preset", "database"} <= info.data.keys():
            sizing = _sizing(info.data["preset"], value, info.data["database"], None)
            refuse(
                Refusal(reason=r.reason, allowed=r.allowed, at=("max_tasks",), value=sizing.scaling.max_tasks)
                for r in sizing.database.refusals_of_connections(sizing.scaling)
            )
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Models, guardrails, certificates and secrets belong to Regions."""
        parts: list[tuple[tuple[str | int, ...], Section]] = [(("domain",), self.domain)]
        parts += [(("models", index), model) for index, model in enumerate(self.models)]
        parts += [(("guardrails", index), guardrail) for index, guardrail in enumerate(self.guardrails)]
        for at, part in parts:
            for refusal in part.refusals_in(region):
                yield Refusal(
                    reason=refusal.reason, allowed=refusal.allowed, at=(*at, *refusal.at), value=refusal.value
                )
        yield from references.refusals_of_team_profiles(self)
        if self.at_the_edge:
            yield from refusals_of_origin(region, prefix_list=self.origin_prefix_list)
        for name, source in self.secrets.items():
            if source != "create" and source.split(":")[3] != region:
                yield Refusal(
                    reason="of another Region", allowed=f"one of {region}", at=("secrets", name), value=source
                )

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """What the tasks call, in the first two zones: a task in a third one reaches them there."""
        services = {"ecr.api", "ecr.dkr", "logs", "secretsmanager"}
        deployments = [deployment for model in self.models for deployment in model.deployments]
        if self.guardrails or any(isinstance(d, BedrockDeployment) for d in deployments):
            services.add("bedrock-runtime")
        if any(isinstance(d, SageMakerDeployment) for d in deployments):
            services.add("sagemaker.runtime")
        return dict.fromkeys(sorted(services), frozenset({0, 1}))


def _sizing(
    preset: Preset, scaling: ScalingSettings | None, database: DatabaseSettings | None, cache: CacheSettings | None
) -> Sizing:
    default = PRESETS[preset]
    return Sizing(
        scaling=scaling or default.scaling, database=database or default.database, cache=cache or default.cache
    )
