"""What the gateway's role may call: the models that the section lists, each by its own profile only, and no others.

Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html and
.../global-cross-region-inference.html (read 2026-11-23).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from groundwork.gateway.application_profiles import team_profiles
from groundwork.gateway.bedrock_arns import foundation_model_arn, inference_profile_arn
from groundwork.gateway.bedrock_profiles import GUARDRAIL_DESTINATIONS, guardrail_profile_arn
from groundwork.gateway.model_settings import BedrockDeployment, SageMakerDeployment
from groundwork.gateway.names import variable
from groundwork.gateway.settings import GatewaySettings

# Converse and ConverseStream ask for the same two.
INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
INVOKE_ENDPOINT = ("sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement of a policy that allows."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    equals: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict[str, str | tuple[str, ...]])
    """`StringEquals`, by condition key."""

    def as_json(self) -> dict[str, object]:
        """The statement as IAM writes it."""
        values = {key: list(value) if isinstance(value, tuple) else value for key, value in self.equals.items()}
        return {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
            **({"Condition": {"StringEquals": values}} if values else {}),
        }


def model_access(
    gateway: GatewaySettings,
    *,
    region: str,
    account: str,
    team_profile_arns: Mapping[str, str] | None = None,
    guardrail_arns: Mapping[str, str] | None = None,
) -> list[Statement]:
    """The statements for a section: the same section gives the same ones, in the same order.

    Args:
        gateway: the section.
        region: the environment's.
        account: the environment's.
        team_profile_arns: ARNs of the application inference profiles that `team_profiles` lists, by `variable`.
        guardrail_arns: ARNs of the guardrails that the gateway makes, by name.

    Raises:
        KeyError: an ARN of one of those is not given.
    """
    deployments = [d for model in gateway.models for d in model.deployments]
    statements: list[Statement] = []
    for use in _uses(gateway, region=region, account=account, arns=team_profile_arns or {}):
        statements += use.statements(region=region, account=account)
    endpoints = {d.endpoint for d in deployments if isinstance(d, SageMakerDeployment)}
    components = {d.component for d in deployments if isinstance(d, SageMakerDeployment) and d.component}
    if endpoints:
        # IAM sees an endpoint's name in lower case:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
        names = sorted(endpoints | {name.lower() for name in endpoints})
        served = [f"endpoint/{name}" for name in names]
        served += [f"inference-component/{n}" for n in sorted(components | {name.lower() for name in components})]
        arns = tuple(f"arn:aws:sagemaker:{region}:{account}:{each}" for each in served)
        statements.append(Statement(sid="Endpoints", actions=INVOKE_ENDPOINT, resources=arns))
    return [*statements, *_guardrails(gateway, region=region, account=account, arns=guardrail_arns or {})]


@dataclass(kw_only=True)
class _Use:
    """All deployments of one model through one profile."""

    model: str
    profile: str
    destinations: set[str] = field(default_factory=set[str])
    system: bool = False
    """Whether it is called by its own id, or only through application inference profiles."""
    applications: set[str] = field(default_factory=set[str])

    def statements(self, *, region: str, account: str) -> Iterator[Statement]:
        sid = "".join(part.capitalize() for part in re.findall("[a-z0-9]+", f"{self.model}-{self.profile}"))
        system = f"{self.profile}.{self.model}"
        own = () if self.profile == "in-region" else (inference_profile_arn(region, account, system),)
        called = (*(own if self.system else ()), *sorted(self.applications))
        # Which of the two the condition compares when an application profile is called is not documented.
        through = (*own, *sorted(self.applications))
        if self.profile == "in-region":
            models = (foundation_model_arn(region, self.model),)
            if self.system:
                yield Statement(sid=f"{sid}Model", actions=INVOKE, resources=models)
            if called:
                yield Statement(sid=f"{sid}Profile", actions=INVOKE, resources=called)
            if called and not self.system:
                yield Statement(sid=f"{sid}Model", actions=INVOKE, resources=models, equals=_through(through))
        elif self.profile == "global":
            here = {"aws:RequestedRegion": region}
            anywhere = {"aws:RequestedRegion": "unspecified"}
            models, everywhere = (foundation_model_arn(r, self.model) for r in (region, ""))
            yield Statement(sid=f"{sid}Profile", actions=INVOKE, resources=called, equals=here)
            yield Statement(
                sid=f"{sid}RegionModel", actions=INVOKE, resources=(models,), equals=here | _through(through)
            )
            yield Statement(
                sid=f"{sid}Model", actions=INVOKE, resources=(everywhere,), equals=anywhere | _through(through)
            )
        else:
            regions = sorted({region} | self.destinations)
            models = tuple(foundation_model_arn(r, self.model) for r in regions)
            yield Statement(sid=f"{sid}Profile", actions=INVOKE, resources=called)
            yield Statement(sid=f"{sid}Models", actions=INVOKE, resources=models, equals=_through(through))


def _through(arns: tuple[str, ...]) -> dict[str, str | tuple[str, ...]]:
    return {"bedrock:InferenceProfileArn": arns[0] if len(arns) == 1 else arns}


def _uses(gateway: GatewaySettings, *, region: str, account: str, arns: Mapping[str, str]) -> Iterable[_Use]:
    uses: dict[tuple[str, str], _Use] = {}
    for deployment in (d for model in gateway.models for d in model.deployments if isinstance(d, BedrockDeployment)):
        key = deployment.model, deployment.profile
        use = uses.setdefault(key, _Use(model=deployment.model, profile=deployment.profile))
        use.destinations |= set(deployment.destinations_from(region))
        if deployment.application_profile in (None, "per-team"):
            use.system = True
        else:
            use.applications.add(deployment.application_profile)
    for profile in team_profiles(gateway, region=region, account=account):
        uses[profile.deployment.model, profile.deployment.profile].applications.add(arns[profile.variable])
    return uses.values()


def _guardrails(gateway: GatewaySettings, *, region: str, account: str, arns: Mapping[str, str]) -> Iterator[Statement]:
    for guardrail in gateway.guardrails:
        existing = guardrail.existing
        own = f"arn:aws:bedrock:{region}:{account}:guardrail/{existing.id}" if existing else arns[guardrail.name]
        places = GUARDRAIL_DESTINATIONS.get(guardrail.profile, {}).get(region, ())
        profiles = (
            guardrail_profile_arn(profile=guardrail.profile, region=place, account=account)
            for place in sorted({region, *places} if places else ())
        )
        yield Statement(
            sid=f"Guardrail{variable(guardrail.name).replace('_', '')}",
            actions=("bedrock:ApplyGuardrail",),
            resources=(own, *profiles),
        )
