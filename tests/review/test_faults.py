"""The review finds what is wrong with a bad environment: each fault by its name, and where it is."""

import pytest

from review.finding import Status
from review.review import ExitCode, Review

FAULTS = {
    "a database with a public address": ("Review::PublicStore", "Data/Open"),
    "a database that is not encrypted": ("Review::UnencryptedStore", "Data/Plain"),
    "a database without backups": ("Review::NoBackup", "Data/Lost"),
    "a bucket whose policy lets anybody in": ("Review::PublicStore", "Data/Leaks"),
    "a topic that is not encrypted": ("Review::UnencryptedStore", "Web/Topic"),
    "a secret in plain text": ("Groundwork::NoLiteralSecret[Environment.Variables.DB_PASSWORD]", "Web/Function"),
    "a security group that is open to the world": ("Groundwork::NoOpenSecurityGroup[0.0.0.0/0:22]", "Web/Group"),
    "a listener on plain HTTP": ("Groundwork::PlainHttpOnlyRedirects", "Web/Listener"),
    "a function that anybody calls": ("Review::UnguardedWayIn", "Web/Url"),
    "a load balancer without a firewall": ("Review::UnguardedWayIn", "Web/Balancer"),
    "a bucket that nothing keeps from being opened": ("Review::NoPublicAccessBlock", "Data/Archive"),
    "a bucket that keeps no versions": ("Review::NoEarlierState", "Data/Archive"),
    "a log without an end": ("Review::KeptForEver", "Data/Journal"),
    "a cache that talks in plain text": ("Review::PlainTransit", "Web/Cache"),
    "a VPC without a flow log": ("Review::NoFlowLog", "Web/Vpc"),
    "an endpoint without a policy": ("Review::EndpointWithoutPolicy", "Web/Endpoint"),
    "a subnet that gives public addresses": ("Review::PublicAddressByDefault", "Web/Subnet"),
    "a Kubernetes API on the internet": ("Review::PublicKubernetesApi", "Web/Kubernetes"),
    "an import that nothing exports": ("Groundwork::NoImportWithoutExport[nobody-exports-this]", "Web/Import"),
    "a role that may do everything": ("Groundwork::NoWildcardAction[*]", "Access/Everything"),
    "a wildcard for which nobody gave a reason": (
        "Review::UnexplainedWildcard[Resource::arn:aws:s3:::records/*]",
        "Access/Reads",
    ),
    "a role without a permissions boundary": ("Groundwork::PermissionsBoundaryIsSet", "Access/Boundless"),
    "a role that gives its rights to a function": (
        "Review::PrivilegeEscalation[PassRoleToInvokedFunction]",
        "Access/Deploys",
    ),
    "a role that opens every way to more rights": ("Review::PrivilegeEscalation[Everything]", "Access/Everything"),
    "a role that writes policies": ("Review::PrivilegeEscalation[PutRolePolicy]", "Access/Writes"),
    "a role that anybody assumes": ("Review::AssumableByAnybody", "Access/Anybody"),
    "a role that another account assumes": ("Review::AssumableByOtherAccount[444455556666]", "Access/Neighbour"),
    "a role with AdministratorAccess": ("Review::BroadManagedPolicy[AdministratorAccess]", "Access/Administers"),
    "an acknowledgment that matches nothing": (
        "Review::StaleAcknowledgment[AwsSolutions::AwsSolutions-SNS3]",
        "Data/Same",
    ),
    "an acknowledgment whose end is no date": (
        "Review::MalformedAcknowledgment[AwsSolutions::AwsSolutions-S1]",
        "Data/Archive",
    ),
    "an acknowledgment without a reason": ("Groundwork::AcknowledgmentIsReasoned", "Data/Subnets"),
    "a finding of a pack": ("AwsSolutions::AwsSolutions-SMG4", "Data/NewName"),
    "a pack that broke": ("HIPAA.Security::PackBroke", ""),
    "a bucket that is replaced": ("Review::StatefulReplacement", "Data/Archive"),
    "a database that is replaced with what it refers to": ("Review::StatefulReplacement", "Data/Orders"),
    "a table that is deleted": ("Review::StatefulDeletion", "Data/Ledger"),
    "a secret that only got another name": ("Review::StatefulDeletion", "Data/OldName"),
    "a log that is no longer kept": ("Review::RetentionWeakened", "Data/Journal"),
    "a stack that lost its protection": ("Review::TerminationProtectionRemoved", "Data"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_review_finds(fault: str, bad_review: Review) -> None:
    id_, place = FAULTS[fault]
    found = [f for f in bad_review.findings.findings if f.id == id_ and _place(f.path) == place]
    assert [finding.status for finding in found] == [Status.OPEN]


def test_an_expired_acknowledgment_is_open_again_with_its_owner_and_its_end(bad_review: Review) -> None:
    (found,) = [f for f in bad_review.findings.findings if f.rule == "AwsSolutions-RDS3"]
    assert (found.status, found.owner, str(found.until)) == (Status.EXPIRED, "data@example.com", "2026-06-30")
    assert found.reason == "A migration is running."
    assert found in bad_review.failing


def test_an_acknowledgment_with_an_end_ahead_stands(bad_review: Review) -> None:
    (found,) = [f for f in bad_review.findings.findings if f.rule == "AwsSolutions-RDS11"]
    assert (found.status, found.owner) == (Status.ACKNOWLEDGED, "security@example.com")
    assert found not in bad_review.failing


def test_a_finding_of_the_review_is_acknowledged_as_any_other(bad_review: Review) -> None:
    (found,) = [f for f in bad_review.findings.findings if f.rule == "PublicStore" and _place(f.path) == "Data/Prices"]
    assert (found.status, found.owner) == (Status.ACKNOWLEDGED, "platform@example.com")


def test_a_warning_alone_does_not_fail(bad_review: Review) -> None:
    (found,) = [f for f in bad_review.findings.findings if f.rule == "Serverless-LambdaTracing"]
    assert found.status == Status.OPEN
    assert found not in bad_review.failing


def test_a_stateful_loss_has_an_exit_code_of_its_own(bad_review: Review) -> None:
    assert bad_review.exit_code == ExitCode.STATEFUL_LOSS
    places = {_place(finding.path) for finding in bad_review.stateful_losses}
    assert places == {"Data/Archive", "Data/Orders", "Data/Ledger", "Data/OldName"}


def _place(path: str) -> str:
    return path.removeprefix("Bad/").removesuffix("/Resource")
