"""Whether the certificates that the file names are valid, and for these names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, warn
from operations.doctor.reader import Answer, Read, Reader, RefusedError, each

_NOTICE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class _Use:
    """What one certificate, or the authority that issues one, has to prove."""

    field: str
    arn: str
    names: tuple[str, ...]
    region: str
    """Where it has to be."""


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each certificate that exists already. Those that ACM issues are not there yet."""
    given = [use for use in _uses(facts) if use.arn.startswith("arn:")]
    yield from each(given, lambda use: use.field, lambda use: _looked_up(use, facts, reader))


def _uses(facts: Facts) -> Iterator[_Use]:
    if gateway := facts.environment.gateway:
        domain, own, edge = gateway.domain, (gateway.load_balancer_name,), (gateway.domain.name,)
        yield _Use(field="gateway.domain.certificate", arn=domain.certificate, names=own, region=facts.region)
        yield _Use(field="gateway.domain.edge_certificate", arn=domain.edge_certificate, names=edge, region="us-east-1")
    web = facts.environment.spaces.web_ui if facts.environment.spaces else None
    if web:
        names = (web.domain, f"*.{web.domain}")
        yield _Use(field="spaces.web_ui.certificate", arn=web.certificate, names=names, region=facts.region)


def _looked_up(use: _Use, facts: Facts, reader: Reader) -> Iterator[Finding]:
    region = use.arn.split(":")[3]
    if region != use.region:
        yield fail(use.field, f"it is in {region}, and is needed in {use.region}", f"one of {use.region}, or `issue`")
        return
    try:
        if ":acm-pca:" in use.arn:
            answer = reader.ask(
                "acm-pca", "DescribeCertificateAuthority", region=region, CertificateAuthorityArn=use.arn
            )
            yield _authority(use, answer["CertificateAuthority"])
        else:
            answer = reader.ask("acm", "DescribeCertificate", region=region, CertificateArn=use.arn)
            yield _certificate(use, answer["Certificate"], facts)
    except RefusedError as error:
        if error.code != "ResourceNotFoundException":
            raise
        yield fail(use.field, f"{region} has no {use.arn.rpartition(':')[2]}", "correct the ARN")


def _authority(use: _Use, authority: Answer) -> Finding:
    if authority.get("Status") != "ACTIVE":
        return fail(use.field, f"the authority is {authority.get('Status')}: it issues nothing", "an active authority")
    return ok(use.field, "the authority is ACTIVE")


def _certificate(use: _Use, certificate: Answer, facts: Facts) -> Finding:
    status, end = certificate["Status"], certificate.get("NotAfter")
    if status != "ISSUED":
        return fail(use.field, f"the certificate is {status}", "an issued one, or `issue`")
    proven = {certificate["DomainName"], *certificate.get("SubjectAlternativeNames", ())}
    if missing := [name for name in use.names if not _proves(proven, name)]:
        reason = f"it is for {', '.join(sorted(proven))}, not for {', '.join(missing)}"
        return fail(use.field, reason, f"a certificate for {', '.join(use.names)}")
    if end and end - facts.now < _NOTICE and certificate.get("RenewalEligibility") != "ELIGIBLE":
        return warn(use.field, f"it ends on {end:%Y-%m-%d}, and ACM does not renew it", "import a new one in time")
    until = f" until {end:%Y-%m-%d}" if end else ""
    return ok(use.field, f"issued for {', '.join(use.names)}{until}")


def _proves(proven: set[str], name: str) -> bool:
    # A wildcard stands for one label.
    return name in proven or f"*.{name.partition('.')[2]}" in proven


CHECK = Check(
    name="certificates",
    asks="Are the certificates valid, and for these names?",
    reads=(
        Read(service="acm", operation="DescribeCertificate", action="acm:DescribeCertificate"),
        Read(
            service="acm-pca",
            operation="DescribeCertificateAuthority",
            action="acm-pca:DescribeCertificateAuthority",
        ),
    ),
    run=run,
)
