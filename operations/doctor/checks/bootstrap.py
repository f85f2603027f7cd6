"""Whether each Region that stacks go to is bootstrapped for the CDK."""

from collections.abc import Iterator

from operations.doctor.check import Check, Grant
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, warn
from operations.doctor.reader import Read, Reader, RefusedError, each
from operations.toolkit import toolkit_stack

LEAST = 6
"""What the templates themselves ask for (`CheckBootstrapVersion`)."""
ROLLBACK = 23
"""From which version on `cdk rollback` works:
https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html#bootstrap-version-history"""


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each Region: us-east-1 too, where something stands at CloudFront's edge."""
    yield from each(facts.regions, _subject, lambda region: [_looked_up(region, facts, reader)])


def _subject(region: str) -> str:
    return f"bootstrap of {region}"


def _looked_up(region: str, facts: Facts, reader: Reader) -> Finding:
    toolkit = f"--qualifier {facts.qualifier} --toolkit-stack-name {toolkit_stack(facts.qualifier)}"
    command = f"cdk bootstrap aws://{facts.account}/{region} {toolkit}"
    name = f"/cdk-bootstrap/{facts.qualifier}/version"
    try:
        found = reader.ask("ssm", "GetParameter", region=region, Name=name)["Parameter"]["Value"]
    except RefusedError as error:
        if error.code != "ParameterNotFound":
            raise
        return fail(_subject(region), f"not bootstrapped: there is no {name}", command)
    version = int(found) if found.isdigit() else 0
    if version < LEAST:
        return fail(_subject(region), f"version {found}; {LEAST} or newer is needed", command)
    if version < ROLLBACK:
        return warn(_subject(region), f"version {version}; `cdk rollback` needs {ROLLBACK}", command)
    return ok(_subject(region), f"version {version}")


CHECK = Check(
    name="bootstrap",
    asks="Are the Regions bootstrapped for the CDK?",
    reads=(Read(service="ssm", operation="GetParameter", action="ssm:GetParameter"),),
    run=run,
    grants=lambda facts: [_grant(facts)],
)


def _grant(facts: Facts) -> Grant:
    names = (f"{region}:{facts.account}:parameter/cdk-bootstrap/{facts.qualifier}/version" for region in facts.regions)
    return Grant(action="ssm:GetParameter", resources=tuple(f"arn:aws:ssm:{name}" for name in names))
