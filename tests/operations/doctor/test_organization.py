"""Service control policies, the Marketplace, and the support of Kubernetes."""

from datetime import timedelta
from typing import Any

import pytest

from operations.doctor.checks import control_policies, kubernetes_version, marketplace
from operations.doctor.finding import Finding
from tests.operations.doctor.account import algorithm, package, ready, simulated
from tests.operations.doctor.account import version as listed
from tests.operations.doctor.aws import DENIED, FakeAws, Refused
from tests.operations.doctor.world import ALGORITHM, NOW, facts, look, verdicts


def controls(answers: dict[str, Any], **sections: Any) -> list[Finding]:
    return look(control_policies.CHECK, FakeAws(ready() | answers), facts(**sections))


@pytest.mark.parametrize(
    "answer",
    [
        Refused("AWSOrganizationsNotInUseException"),
        {"Organization": {"MasterAccountId": "111122223333"}},
        {"Organization": {"MasterAccountId": "444455556666", "FeatureSet": "CONSOLIDATED_BILLING"}},
    ],
)
def test_where_no_policy_holds_nothing_is_simulated(answer: Any) -> None:
    aws = FakeAws(ready() | {"organizations:DescribeOrganization": answer})
    assert verdicts(look(control_policies.CHECK, aws, facts())) == ["ok"]
    assert aws.operations == ["organizations:DescribeOrganization"]


def test_an_action_that_the_organization_denies_fails() -> None:
    findings = controls({"iam:SimulatePrincipalPolicy": simulated("sagemaker:CreateCluster")})
    failed = [found.reason for found in findings if found.verdict == "fail"]
    assert failed == ["the organization denies sagemaker:CreateCluster"]
    assert not any("sagemaker:CreateCluster" in found.reason for found in findings if found.verdict == "ok")


def test_a_simulation_that_says_nothing_is_no_pass() -> None:
    silent = {"EvaluationResults": [{"EvalActionName": "eks:CreateCluster", "EvalDecision": "allowed"}]}
    assert "ok" not in verdicts(controls({"iam:SimulatePrincipalPolicy": silent}))


def test_a_role_that_is_not_there_yet_is_unknown() -> None:
    findings = controls({"iam:SimulatePrincipalPolicy": Refused("NoSuchEntity")})
    assert (findings[0].verdict, findings[0].remedy) == ("unknown", "bootstrap first")


def test_regions_that_a_deny_must_let_pass_are_named() -> None:
    deployments = [{"provider": "bedrock", "model": "amazon.nova-lite-v1:0", "profile": "global"}]
    domain = {"name": "gateway.example.com"}
    gateway = {"exposure": "private", "domain": domain, "models": [{"name": "nova", "deployments": deployments}]}
    findings = controls({}, gateway=gateway)
    assert (findings[-1].verdict, "let unspecified pass" in findings[-1].reason) == ("warn", True)


def kubernetes(answer: Any) -> Finding:
    (found,) = look(kubernetes_version.CHECK, FakeAws(ready() | {"eks:DescribeClusterVersions": answer}), facts())
    return found


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({"clusterVersions": []}, "fail", "does not make clusters"),
        (listed(versionStatus="UNSUPPORTED"), "fail", "does not make clusters"),
        (listed(endOfStandardSupportDate=NOW - timedelta(days=1)), "warn", "extended support until 2028-03-27"),
        (listed(versionStatus="EXTENDED_SUPPORT"), "warn", "costs much more"),
        (listed(endOfStandardSupportDate=NOW + timedelta(days=30)), "warn", "in 30 days"),
    ],
)
def test_the_support_of_kubernetes_is_told(answer: Any, verdict: str, words: str) -> None:
    found = kubernetes(answer)
    assert (found.verdict, words in found.reason) == (verdict, True)


def products(answers: dict[str, Any], **sections: Any) -> list[Finding]:
    return look(marketplace.CHECK, FakeAws(ready() | answers), facts(**sections))


def test_a_product_of_somebody_else_that_is_denied_may_lack_the_subscription() -> None:
    found = products({"sagemaker:DescribeAlgorithm": DENIED})[0]
    assert found.verdict == "unknown"
    assert "sagemaker:DescribeAlgorithm" in found.reason
    assert "subscribe" in found.remedy


@pytest.mark.parametrize("answer", [Refused("ValidationException", "not found"), algorithm("Failed")])
def test_an_algorithm_that_cannot_be_used_fails(answer: Any) -> None:
    assert products({"sagemaker:DescribeAlgorithm": answer})[0].verdict == "fail"


def test_a_product_is_of_the_environments_region() -> None:
    elsewhere = {"defects": {"algorithm": ALGORITHM.replace("us-east-1", "eu-west-1")}}
    assert products({}, labeling=elsewhere)[0].verdict == "fail"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (package(approval="PendingManualApproval"), "PendingManualApproval"),
        (package(status="Failed"), "Failed"),
        (Refused("ValidationException", "does not exist"), "does not exist"),
    ],
)
def test_a_package_that_cannot_be_deployed_fails(answer: Any, words: str) -> None:
    found = products({"sagemaker:DescribeModelPackage": answer})[-1]
    assert (found.verdict, words in found.reason) == ("fail", True)
