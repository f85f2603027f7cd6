"""Whether inference profiles send requests where the gateway's role may."""

from collections.abc import Iterator

from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, warn
from operations.doctor.profile_destinations import granted_regions
from operations.doctor.reader import Read, Reader, RefusedError, each
from operations.doctor.sections.gateway import Deployment


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each profile: system-defined ones by their destinations, application profiles by their model."""
    gateway = facts.environment.gateway
    deployments = gateway.bedrock if gateway else ()
    crossing = [deployment for deployment in deployments if deployment.profile != "in-region"]
    yield from each(crossing, _subject, lambda deployment: _destinations(deployment, facts, reader))
    own = [deployment for deployment in deployments if (deployment.application_profile or "").startswith("arn:")]
    yield from each(own, _subject, lambda deployment: _application(deployment, reader))


def _subject(deployment: Deployment) -> str:
    return f"gateway.models {deployment.profile_id}"


def _models(identifier: str, reader: Reader) -> list[str] | None:
    """ARNs of what a profile calls; None: there is no such profile."""
    try:
        profile = reader.ask("bedrock", "GetInferenceProfile", inferenceProfileIdentifier=identifier)
    except RefusedError as error:
        if error.code not in ("ResourceNotFoundException", "ValidationException"):
            raise
        return None
    return [model["modelArn"] for model in profile["models"] if "modelArn" in model]


def _destinations(deployment: Deployment, facts: Facts, reader: Reader) -> Iterator[Finding]:
    subject, models = _subject(deployment), _models(deployment.profile_id, reader)
    if models is None:
        yield fail(subject, f"{facts.region} is no source of such a profile", "another `profile`, or another model")
        return
    # arn:aws:bedrock:<Region, empty in a global profile>::foundation-model/<id>
    real = {arn.split(":")[3] for arn in models} - {""}
    if deployment.profile == "global":
        yield ok(subject, "processed in any Region")
        return
    granted = granted_regions(deployment, region=facts.region)
    listed = ", ".join(sorted(real))
    if missing := sorted(real - granted):
        reason = f"it sends to {', '.join(missing)} too, where the gateway's role may not call it: calls fail"
        yield fail(subject, reason, f"`destinations: [{listed}]` in its deployment")
    elif surplus := sorted(granted - real - {facts.region}):
        reason = f"the gateway's role may call it in {', '.join(surplus)}, where the profile no longer sends"
        yield warn(subject, reason, f"`destinations: [{listed}]` in its deployment")
    else:
        yield ok(subject, f"processed in {listed}, as the gateway's role allows")


def _application(deployment: Deployment, reader: Reader) -> Iterator[Finding]:
    arn = f"{deployment.application_profile}"
    subject, models = f"{_subject(deployment)} {arn.rpartition('/')[2]}", _models(arn, reader)
    if models is None:
        yield fail(subject, "there is no such application profile", "correct the ARN, or take `per-team`")
    elif others := sorted({model.rpartition("/")[2] for model in models} - {f"{deployment.model}"}):
        yield fail(subject, f"it calls {', '.join(others)}, not {deployment.model}", "a profile of that model")
    else:
        yield ok(subject, f"calls {deployment.model}")


CHECK = Check(
    name="bedrock-profiles",
    asks="Do inference profiles send requests where the gateway may call?",
    reads=(Read(service="bedrock", operation="GetInferenceProfile", action="bedrock:GetInferenceProfile"),),
    run=run,
)
