"""Who may take which role, and what the pipeline in CodePipeline does; with all checks of the platform."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from promotion.options import Plan
from promotion.pipeline import CodePipelinePlace, Previews
from promotion.stacks.app import attach_checks, build, context
from promotion.workflow import steps
from rules.report import open_findings

PLACE = CodePipelinePlace(
    account="444455556666",
    region="us-east-1",
    connection_arn="arn:aws:codeconnections:us-east-1:444455556666:connection/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
)
SUBJECT, AUDIENCE = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
Template = dict[str, Any]


@pytest.fixture(scope="module")
def assembly(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of everything that the app can hold."""
    changes = {"previews": Previews(environment="dev"), "codepipeline": PLACE}
    app = cdk.App(
        context=context(),
        outdir=str(tmp_path_factory.mktemp("access")),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    build(app, Plan(environments=plan.environments, pipeline=plan.pipeline.model_copy(update=changes)))
    attach_checks(app)
    return Path(app.synth().directory)


def _properties(assembly: Path, stack: str, kind: str) -> list[Template]:
    template = json.loads((assembly / f"{stack}.template.json").read_text())
    return [resource["Properties"] for resource in template["Resources"].values() if resource["Type"] == kind]


def _roles(assembly: Path, account: str) -> dict[str, Template]:
    return {role["RoleName"]: role for role in _properties(assembly, f"GithubAccess{account}", "AWS::IAM::Role")}


def _subjects(role: Template) -> list[str]:
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert list(statement["Condition"]) == ["StringEquals"]
    assert statement["Condition"]["StringEquals"][AUDIENCE] == "sts.amazonaws.com"
    return statement["Condition"]["StringEquals"][SUBJECT]


def test_nothing_is_found_that_has_no_reason(assembly: Path) -> None:
    assert open_findings(assembly) == []


def test_each_role_is_for_one_environment_of_one_repository(assembly: Path) -> None:
    subjects = {name: _subjects(role) for name, role in _roles(assembly, "111122223333").items()}
    assert subjects == {
        "groundwork-github-dev-deploy": ["repo:example/platform:environment:dev"],
        "groundwork-github-dev-review": [
            "repo:example/platform:environment:dev-review",
            "repo:example/platform:pull_request",
        ],
        "groundwork-github-dev-preview": ["repo:example/platform:environment:preview"],
    }


def test_pull_requests_take_no_role_of_production(assembly: Path) -> None:
    subjects = [subject for role in _roles(assembly, "333344445555").values() for subject in _subjects(role)]
    assert subjects == ["repo:example/platform:environment:prod", "repo:example/platform:environment:prod-review"]


def test_roles_can_take_roles_of_the_bootstrap_and_nothing_else(assembly: Path) -> None:
    account = "333344445555"
    policies = _properties(assembly, f"GithubAccess{account}", "AWS::IAM::ManagedPolicy")
    allowed = {
        policy.get("ManagedPolicyName", json.dumps(policy.get("Roles"))): policy["PolicyDocument"]["Statement"]
        for policy in policies
    }
    names = {
        key: {str(arn).rpartition("/")[2] for arn in statement["Resource"]}
        if isinstance(statement["Resource"], list)
        else {statement["Resource"].rpartition("/")[2]}
        for key, (statement,) in allowed.items()
    }
    assert all(statement["Action"] == "sts:AssumeRole" for (statement,) in allowed.values())
    ends = {"deploy", "file-publishing", "image-publishing", "lookup"}
    everything = {f"cdk-groundwork-{end}-role-{account}-us-east-1" for end in ends}
    assert names["groundwork-github-boundary"] == everything
    others = sorted((len(value), value) for key, value in names.items() if key != "groundwork-github-boundary")
    assert [value for _, value in others] == [{f"cdk-groundwork-lookup-role-{account}-us-east-1"}, everything]
    assert all("PermissionsBoundary" in role for role in _roles(assembly, account).values())


def test_codepipeline_takes_the_same_steps_in_the_same_order(assembly: Path) -> None:
    (pipeline,) = _properties(assembly, "PromotionPipeline", "AWS::CodePipeline::Pipeline")
    order = {stage["Name"]: [action["Name"] for action in stage["Actions"]] for stage in pipeline["Stages"]}
    assert order == {
        "Source": ["Source"],
        "Assembly": ["Check", "Synthesize"],
        "Dev": ["Review", "Deploy"],
        "Staging": ["Review", "Deploy"],
        "Prod": ["Review", "Approve", "Deploy"],
    }
    orders = [action["RunOrder"] for action in pipeline["Stages"][-1]["Actions"]]
    assert orders == sorted(set(orders)), "an approval has to stand between the review and the deployment"
    deploy = pipeline["Stages"][-1]["Actions"][-1]["Configuration"]["EnvironmentVariables"]
    assert {"name": "DIGEST", "value": "#{Assembly.DIGEST}", "type": "PLAINTEXT"} in json.loads(deploy)
    specs = [
        json.loads(p["Source"]["BuildSpec"])
        for p in _properties(assembly, "PromotionPipeline", "AWS::CodeBuild::Project")
    ]
    commands = [spec["phases"]["build"]["commands"] for spec in specs]
    (prod,) = (lines for lines in commands if steps.deploy("prod") in lines)
    assert prod[1:] == [
        'cp "$CODEBUILD_SRC_DIR_Assembly/assembly.tar" .',
        *steps.VERIFY.splitlines(),
        steps.deploy("prod"),
        steps.smoke("prod"),
    ]
    assert sum(steps.SYNTHESIZE in lines for lines in commands) == 1
    assert [
        spec["env"]["exported-variables"] for spec in specs if steps.SYNTHESIZE in spec["phases"]["build"]["commands"]
    ] == [["DIGEST"]]


def test_only_steps_of_an_environment_take_roles(assembly: Path) -> None:
    policies = _properties(assembly, "PromotionPipeline", "AWS::IAM::ManagedPolicy")
    statements = [
        s for policy in policies for s in policy["PolicyDocument"]["Statement"] if s["Action"] == "sts:AssumeRole"
    ]
    assert len(statements) == 6, "a review and a deployment in each of three environments"
    assert not [arn for s in statements for arn in json.dumps(s["Resource"]).split('"') if "*" in arn]
