"""Whether an organization's service control policies forbid what the sections do.

From inside of an account they cannot be read, only simulated, and the simulation leaves out every policy that has
conditions (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html, read 2026-11-23).
A Region's deny is of that kind: it is named as something to ask, and never taken for allowed.
"""

from collections.abc import Iterator

from operations.doctor.check import Check, Grant
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, unknown, warn
from operations.doctor.profile_destinations import granted_regions
from operations.doctor.reader import Read, Reader, RefusedError, UnansweredError

_SUBJECT = "service control policies"
_ACTIONS: dict[str, tuple[str, ...]] = {
    "network": ("ec2:CreateVpcEndpoint", "ec2:CreateSubnet"),
    "gateway": ("ecs:CreateService", "rds:CreateDBInstance", "bedrock:InvokeModel"),
    "cluster": ("eks:CreateCluster", "sagemaker:CreateCluster"),
    "spaces": ("eks:CreateAddon", "eks:CreatePodIdentityAssociation"),
    "inference": ("sagemaker:CreateEndpoint", "sagemaker:CreateModel"),
    "optimization": ("sagemaker:CreateOptimizationJob", "states:CreateStateMachine"),
    "labeling": ("sagemaker:CreateLabelingJob",),
}
"""What a section cannot do without."""


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """What is forbidden whatever the conditions, and what only the organization can say."""
    try:
        organization = reader.ask("organizations", "DescribeOrganization")["Organization"]
    except RefusedError as error:
        if error.code != "AWSOrganizationsNotInUseException":
            raise
        yield ok(_SUBJECT, "the account is in no organization")
        return
    if organization.get("MasterAccountId") == facts.account:
        yield ok(_SUBJECT, "they do not hold for the management account of an organization")
        return
    if organization.get("FeatureSet") == "CONSOLIDATED_BILLING":
        yield ok(_SUBJECT, "the organization shares bills only")
        return
    try:
        yield from _simulated(facts, reader)
    except UnansweredError as error:
        yield error.about(_SUBJECT)
    yield from _regions(facts)


def _role(facts: Facts) -> str:
    """Control policies hold for every principal of the account; this one deploys."""
    name = f"cdk-{facts.qualifier}-cfn-exec-role-{facts.account}-{facts.region}"
    return f"arn:aws:iam::{facts.account}:role/{name}"


def _simulated(facts: Facts, reader: Reader) -> Iterator[Finding]:
    present = [name for name in _ACTIONS if getattr(facts.environment, name)]
    actions = [action for name in present for action in _ACTIONS[name]]
    if not actions:
        return
    try:
        results = list(
            reader.ask_all(
                "iam",
                "SimulatePrincipalPolicy",
                "EvaluationResults",
                tokens=("Marker", "Marker"),
                PolicySourceArn=_role(facts),
                ActionNames=actions,
            )
        )
    except RefusedError as error:
        if error.code not in ("NoSuchEntity", "NoSuchEntityException"):
            raise
        yield unknown(_SUBJECT, f"there is no {_role(facts).rpartition('/')[2]} to simulate", "bootstrap first")
        return
    details = {result["EvalActionName"]: result.get("OrganizationsDecisionDetail") for result in results}
    denied = [name for name, detail in details.items() if detail and not detail.get("AllowedByOrganizations", True)]
    for name in denied:
        yield fail(_SUBJECT, f"the organization denies {name}", "ask it for an exception")
    if silent := [name for name in actions if not details.get(name)]:
        yield warn(_SUBJECT, f"the simulation says nothing of {', '.join(silent)}", "ask whoever governs them")
    if allowed := [name for name in actions if details.get(name) and name not in denied]:
        yield ok(_SUBJECT, f"none without conditions denies {', '.join(allowed)}")


def _regions(facts: Facts) -> Iterator[Finding]:
    gateway = facts.environment.gateway
    needed = set(facts.regions)
    for deployment in gateway.bedrock if gateway else ():
        if deployment.profile == "global":
            needed.add("unspecified")
        elif deployment.profile != "in-region":
            needed |= granted_regions(deployment, region=facts.region)
    if others := sorted(needed - {facts.region}):
        reason = f"a deny of Regions must let {', '.join(others)} pass, which cannot be seen from the account"
        yield warn(_SUBJECT, reason, "ask whoever governs the organization; one Region denied fails every call")


def _grants(facts: Facts) -> Iterator[Grant]:
    yield Grant(action="organizations:DescribeOrganization")
    yield Grant(action="iam:SimulatePrincipalPolicy", resources=(_role(facts),))


CHECK = Check(
    name="control-policies",
    asks="Does an organization forbid what is deployed?",
    reads=(
        Read(service="organizations", operation="DescribeOrganization", action="organizations:DescribeOrganization"),
        Read(service="iam", operation="SimulatePrincipalPolicy", action="iam:SimulatePrincipalPolicy"),
    ),
    run=run,
    grants=_grants,
)
