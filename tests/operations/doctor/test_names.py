"""Certificates, hosted zones, and bootstraps."""

from datetime import timedelta
from typing import Any

import pytest

from operations.doctor.checks import bootstrap, certificates, hosted_zones
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding
from tests.operations.doctor.account import certificate, ready, zone
from tests.operations.doctor.aws import FakeAws, Refused
from tests.operations.doctor.world import ACM, NOW, facts, look, section, verdicts

SSH = {"direct_ssh": {"domain": "ssh.internal", "zone": "Z0123456789ABCDEFGHIJ"}}


def gateway(**domain: Any) -> dict[str, Any]:
    given = section("gateway")
    return given | {"domain": given["domain"] | domain}


def certified(answer: Any, **sections: Any) -> list[Finding]:
    aws = FakeAws(ready() | {"acm:DescribeCertificate": answer})
    return look(certificates.CHECK, aws, facts(**({"spaces": None} | sections)))


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "EXPIRED", "REVOKED"])
def test_a_certificate_that_is_not_issued_fails(status: str) -> None:
    assert verdicts(certified(certificate(Status=status))) == ["fail", "fail"]


def test_the_load_balancer_proves_its_own_name_and_the_edge_the_callers() -> None:
    balancer, edge = certified(certificate(SubjectAlternativeNames=["gateway.example.com"]))
    assert (balancer.verdict, "not for origin.gateway.example.com" in balancer.reason) == ("fail", True)
    assert edge.verdict == "ok"


def test_one_of_another_region_fails_and_the_edge_has_its_own() -> None:
    balancer, edge = certified(certificate(), region="eu-west-1")
    assert (balancer.verdict, balancer.reason) == ("fail", "it is in us-east-1, and is needed in eu-west-1")
    assert edge.verdict == "ok"


def test_a_wildcard_stands_for_one_label() -> None:
    web = {"web_ui": {"domain": "spaces.example.com", "certificate": ACM}}
    found = certified(
        certificate(DomainName="*.example.com", SubjectAlternativeNames=["*.example.com"]), gateway=None, spaces=web
    )
    assert "not for *.spaces.example.com" in found[0].reason


def test_one_that_nobody_renews_warns_in_time() -> None:
    soon = NOW + timedelta(days=10)
    assert verdicts(certified(certificate(NotAfter=soon, RenewalEligibility="INELIGIBLE"))) == ["warn", "warn"]
    assert verdicts(certified(certificate(NotAfter=soon))) == ["ok", "ok"]


def test_one_that_is_not_there_fails() -> None:
    assert verdicts(certified(Refused("ResourceNotFoundException"))) == ["fail", "fail"]


def test_one_that_is_issued_by_the_deployment_is_not_asked_for() -> None:
    assert certified(certificate(), gateway=gateway(certificate="issue", edge_certificate="issue")) == []


def test_an_authority_that_issues_nothing_fails() -> None:
    answer = {"acm-pca:DescribeCertificateAuthority": {"CertificateAuthority": {"Status": "DISABLED"}}}
    (found,) = look(certificates.CHECK, FakeAws(ready() | answer), facts(gateway=None))
    assert (found.verdict, "DISABLED" in found.reason) == ("fail", True)


def zoned(answer: Any, **sections: Any) -> Finding:
    aws = FakeAws(ready() | {"route53:GetHostedZone": answer})
    (found,) = look(hosted_zones.CHECK, aws, facts(**({"spaces": None} | sections)))
    return found


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Refused("NoSuchHostedZone"), "no hosted zone"),
        (zone("example.org."), "of example.org"),
        (zone("way.example.com."), "does not stand in it"),
        (zone(private=True), "is private"),
    ],
)
def test_a_zone_that_cannot_take_the_name_fails(answer: Any, words: str) -> None:
    found = zoned(answer)
    assert (found.verdict, words in found.reason) == ("fail", True)


def test_a_private_zone_that_the_vpc_does_not_see_warns_with_the_command() -> None:
    found = zoned(zone("internal.", private=True, vpcs=("vpc-other",)), gateway=None, spaces=SSH)
    assert found.verdict == "warn"
    assert "--hosted-zone-id Z0123456789ABCDEFGHIJ" in found.remedy


def test_a_private_zone_of_the_vpc_is_fine() -> None:
    answer = zone("internal.", private=True, vpcs=("vpc-0a1b2c3d4e5f60718",))
    assert zoned(answer, gateway=None, spaces=SSH).verdict == "ok"


def versions(answer: Any, about: Facts) -> list[Finding]:
    return look(bootstrap.CHECK, FakeAws(ready() | {"ssm:GetParameter": answer}), about)


@pytest.mark.parametrize(("version", "verdict"), [("5", "fail"), ("22", "warn"), ("23", "ok"), ("x", "fail")])
def test_an_old_bootstrap_is_told(version: str, verdict: str) -> None:
    assert verdicts(versions({"Parameter": {"Value": version}}, facts())) == [verdict]


def test_the_edge_needs_a_bootstrap_of_its_own() -> None:
    aws = FakeAws(ready() | {"ssm:GetParameter": Refused("ParameterNotFound")})
    findings = look(bootstrap.CHECK, aws, facts(region="eu-west-1"))
    assert [found.remedy for found in findings] == [
        f"cdk bootstrap aws://111122223333/{region} --qualifier groundwork --toolkit-stack-name CDKToolkit-groundwork"
        for region in ("eu-west-1", "us-east-1")
    ]
    assert [region for _, _, region in aws.calls] == ["eu-west-1", "us-east-1"]


def test_a_qualifier_of_your_own_is_looked_for() -> None:
    about = Facts(environment=facts().environment, now=NOW, qualifier="mine")
    (found,) = versions(Refused("ParameterNotFound"), about)
    assert "/cdk-bootstrap/mine/version" in found.reason
    assert found.remedy.endswith("--qualifier mine --toolkit-stack-name CDKToolkit-mine")
