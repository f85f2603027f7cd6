"""Whether the models of Bedrock can be called, and for how long."""

from collections.abc import Iterator
from datetime import timedelta

from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, warn
from operations.doctor.reader import Answer, Read, Reader, RefusedError, each
from operations.doctor.sections.gateway import Deployment

_NOTICE = timedelta(days=90)
_SUBSCRIBE = (
    "call it once, or accept its agreement, as somebody with aws-marketplace:Subscribe; the gateway's role has no such "
    "right"
)


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """Lifecycle and access of each model."""
    gateway = facts.environment.gateway
    deployments = gateway.bedrock if gateway else ()
    models = {deployment.model: deployment for deployment in deployments}
    yield from each(models.values(), _subject, lambda deployment: _looked_up(deployment, facts, reader))


def _subject(deployment: Deployment) -> str:
    return f"gateway.models {deployment.model}"


def _looked_up(deployment: Deployment, facts: Facts, reader: Reader) -> Iterator[Finding]:
    subject = _subject(deployment)
    try:
        details = reader.ask("bedrock", "GetFoundationModel", modelIdentifier=deployment.model)["modelDetails"]
        access = reader.ask("bedrock", "GetFoundationModelAvailability", modelId=deployment.model)
    except RefusedError as error:
        if error.code not in ("ResourceNotFoundException", "ValidationException"):
            raise
        yield fail(subject, f"Bedrock of {facts.region} has no such model", "correct the id, or take another model")
        return
    problems = [*_life(subject, details, facts), *_access(subject, deployment, access, facts)]
    yield from problems
    if not problems:
        yield ok(subject, f"ACTIVE and allowed in {facts.region}")


def _life(subject: str, details: Answer, facts: Facts) -> Iterator[Finding]:
    life = details.get("modelLifecycle", {})
    end = life.get("endOfLifeTime")
    if end and end <= facts.now:
        yield fail(subject, f"its life ended on {end:%Y-%m-%d}: calls fail", "a newer model")
    elif end and end - facts.now < _NOTICE:
        days = (end - facts.now).days
        yield warn(subject, f"its life ends on {end:%Y-%m-%d}, in {days} days: calls fail then", "plan a newer model")
    elif life.get("status") == "LEGACY":
        until = f", until {end:%Y-%m-%d}" if end else ""
        yield warn(subject, f"it is LEGACY{until}", "plan a newer model")


def _access(subject: str, deployment: Deployment, access: Answer, facts: Facts) -> Iterator[Finding]:
    if access["authorizationStatus"] != "AUTHORIZED":
        yield fail(subject, "the account is not authorized to call it", "ask whoever governs the organization's models")
    if access["regionAvailability"] != "AVAILABLE" and deployment.profile == "in-region":
        yield fail(subject, f"it cannot be called in {facts.region} itself", "a `profile`, or another model")
    agreement = access["agreementAvailability"]
    if agreement["status"] == "PENDING":
        yield warn(subject, "its agreement is being made", "ask again in some minutes")
    elif agreement["status"] != "AVAILABLE":
        more = f": {agreement['errorMessage']}" if agreement.get("errorMessage") else ""
        yield fail(subject, f"the account has no agreement for it{more}", _SUBSCRIBE)
    elif access["entitlementAvailability"] != "AVAILABLE":
        yield fail(subject, "the account has no access to it", _SUBSCRIBE)


CHECK = Check(
    name="bedrock-models",
    asks="Can the models of Bedrock be called, and for how long?",
    reads=(
        Read(service="bedrock", operation="GetFoundationModel", action="bedrock:GetFoundationModel"),
        Read(
            service="bedrock",
            operation="GetFoundationModelAvailability",
            action="bedrock:GetFoundationModelAvailability",
        ),
    ),
    run=run,
)
