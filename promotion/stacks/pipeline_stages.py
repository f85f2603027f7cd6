"""The stages of the pipeline as CodePipeline describes them."""

import json
from collections.abc import Mapping

from aws_cdk import aws_codepipeline as codepipeline

from promotion.stacks.build_step import BuildStep

SOURCE, ASSEMBLY = "Source", "Assembly"
DIGEST = f"#{{{ASSEMBLY}.DIGEST}}"
"""What the step that seals has exported."""
Action = codepipeline.CfnPipeline.ActionDeclarationProperty


def source(*, connection_arn: str, repository: str, branch: str) -> Action:
    """Each push to the branch."""
    return _action(
        "Source",
        category="Source",
        provider="CodeStarSourceConnection",
        configuration={"ConnectionArn": connection_arn, "FullRepositoryId": repository, "BranchName": branch},
        outputs=[SOURCE],
    )


def approval() -> Action:
    """A person has to agree, between the review and the deployment."""
    return _action("Approve", category="Approval", provider="Manual", order=2)


def build(
    name: str, step: BuildStep, *, order: int, given: Mapping[str, str] | None = None, makes_assembly: bool = False
) -> Action:
    """Run a step; with `given` it works on the assembly, which lies beside the repository."""
    variables = [{"name": key, "value": value, "type": "PLAINTEXT"} for key, value in (given or {}).items()]
    configuration = {"ProjectName": step.project.ref, "PrimarySource": SOURCE}
    if variables:
        configuration["EnvironmentVariables"] = json.dumps(variables)
    return _action(
        name,
        category="Build",
        provider="CodeBuild",
        order=order,
        configuration=configuration,
        inputs=[SOURCE, ASSEMBLY] if given else [SOURCE],
        outputs=[ASSEMBLY] if makes_assembly else [],
        namespace=ASSEMBLY if makes_assembly else None,
    )


def _action(
    name: str,
    *,
    category: str,
    provider: str,
    order: int = 1,
    configuration: Mapping[str, str] | None = None,
    inputs: list[str] | None = None,
    outputs: list[str] | None = None,
    namespace: str | None = None,
) -> Action:
    property_of = codepipeline.CfnPipeline
    return Action(
        name=name,
        action_type_id=property_of.ActionTypeIdProperty(category=category, owner="AWS", provider=provider, version="1"),
        configuration=configuration,
        run_order=order,
        input_artifacts=[property_of.InputArtifactProperty(name=each) for each in inputs or []],
        output_artifacts=[property_of.OutputArtifactProperty(name=each) for each in outputs or []],
        namespace=namespace,
    )
