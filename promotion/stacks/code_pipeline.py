"""The promotion as an AWS CodePipeline, for teams that have their builds there.

Made of CodeBuild steps that run the same shell as the GitHub workflows, and not of the CDK's `pipelines` module: that
one deploys by actions of CloudFormation, which neither check a seal nor gate a diff nor watch alarms, and it would have
to synthesize the platform's stages within the pipeline. L1 constructs, as the grants of the others name wildcards.
"""

import aws_cdk as cdk
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_iam as iam
from constructs import Construct

from promotion.account import bootstrap_role
from promotion.environments import PlatformEnvironment
from promotion.options import Plan
from promotion.pipeline import CodePipelinePlace, Stage
from promotion.stacks import pipeline_stages
from promotion.stacks.acknowledge import acknowledge
from promotion.stacks.artifact_store import ArtifactStore, pipeline_policy
from promotion.stacks.build_step import BuildStep
from promotion.workflow import steps

_FETCH = 'cp "$CODEBUILD_SRC_DIR_Assembly/assembly.tar" .'
_READS, _DEPLOYS = ("lookup",), ("deploy", "file-publishing", "image-publishing", "lookup")
StageDeclaration = codepipeline.CfnPipeline.StageDeclarationProperty


class PromotionPipeline(cdk.Stack):
    """Check, synthesize and seal, then for every environment: review, approval, deployment, smoke test."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: Plan, place: CodePipelinePlace) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name="groundwork-promotion",
            env=cdk.Environment(account=place.account, region=place.region),
            description="Takes the platform's assembly through its environments",
            synthesizer=cdk.DefaultStackSynthesizer(qualifier=plan.pipeline.qualifier),
            termination_protection=True,
        )
        self._plan = plan
        iam.PermissionsBoundary.of(self).apply(_boundary(self))
        self._store = ArtifactStore(self, "Artifacts")
        self._steps: list[BuildStep] = []
        stages = [self._source(place), self._assembly(), *(self._stage(stage) for stage in plan.pipeline.stages)]
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("codepipeline.amazonaws.com"))  # pyrefly: ignore[bad-argument-type]
        policy = pipeline_policy(
            self,
            role=role,  # pyrefly: ignore[bad-argument-type]
            store=self._store,
            projects=[step.project for step in self._steps],
            connection=place.connection_arn,
        )
        pipeline = codepipeline.CfnPipeline(
            self,
            "Pipeline",
            role_arn=role.role_arn,
            pipeline_type="V2",
            execution_mode="QUEUED",
            restart_execution_on_update=False,
            artifact_store=codepipeline.CfnPipeline.ArtifactStoreProperty(
                type="S3",
                location=self._store.bucket.bucket_name,
                encryption_key=codepipeline.CfnPipeline.EncryptionKeyProperty(type="KMS", id=self._store.key.key_arn),
            ),
            stages=stages,
        )
        pipeline.node.add_dependency(policy)

    def _source(self, place: CodePipelinePlace) -> StageDeclaration:
        pipeline = self._plan.pipeline
        action = pipeline_stages.source(
            connection_arn=place.connection_arn, repository=pipeline.repository, branch=pipeline.branch
        )
        return StageDeclaration(name="Source", actions=[action])

    def _assembly(self) -> StageDeclaration:
        check = self._step("Check", [steps.LINT, steps.TEST], hours=1)
        made = [steps.SYNTHESIZE, steps.seal(publish="export DIGEST=$digest"), steps.REVIEW]
        make = self._step("Synthesize", made, hours=1, exported=["DIGEST"], files=["assembly.tar", "review.out/**/*"])
        return StageDeclaration(
            name="Assembly",
            actions=[
                pipeline_stages.build("Check", check, order=1),
                pipeline_stages.build("Synthesize", make, order=2, makes_assembly=True),
            ],
        )

    def _stage(self, stage: Stage) -> StageDeclaration:
        environment = self._plan.environments[stage.environment]
        name = environment.stage
        changes = [_FETCH, steps.VERIFY, steps.review_change(environment.name), steps.compare(name)]
        review = self._step(f"{name}Review", changes, hours=1, roles=self._roles(environment, _READS))
        doing = [_FETCH, steps.VERIFY, steps.deploy(environment.name), steps.smoke(environment.name)]
        hours = 3 + (stage.monitoring_minutes + 59) // 60
        deploy = self._step(f"{name}Deploy", doing, hours=hours, roles=self._roles(environment, _DEPLOYS))
        given = {
            "DIGEST": pipeline_stages.DIGEST,
            "FAIL_ON": stage.fail_on.value,
            "ACCEPT": "none",
            "AWS_REGION": environment.region,
        }
        return StageDeclaration(
            name=name,
            actions=[
                pipeline_stages.build("Review", review, order=1, given=given),
                *([pipeline_stages.approval()] if stage.approval else []),
                pipeline_stages.build("Deploy", deploy, order=3, given=given),
            ],
        )

    def _step(
        self,
        name: str,
        commands: list[str],
        *,
        hours: int,
        roles: list[str] | None = None,
        exported: list[str] | None = None,
        files: list[str] | None = None,
    ) -> BuildStep:
        step = BuildStep(
            self,
            name,
            commands=commands,
            roles=roles or [],
            key=self._store.key,  # pyrefly: ignore[bad-argument-type]
            artifacts=self._store.bucket,
            log_group=self._store.log_group,
            hours=hours,
            exported=exported,
            files=files,
        )
        self._steps.append(step)
        return step

    def _roles(self, environment: PlatformEnvironment, names: tuple[str, ...]) -> list[str]:
        qualifier, account = self._plan.pipeline.qualifier, environment.account
        return [
            bootstrap_role(name, qualifier=qualifier, account=account, region=region)
            for name in names
            for region in environment.regions
        ]


def _boundary(scope: Construct) -> iam.ManagedPolicy:
    denied = iam.PolicyStatement(
        sid="NoIdentities", effect=iam.Effect.DENY, actions=["account:*", "iam:*", "organizations:*"], resources=["*"]
    )
    allowed = iam.PolicyStatement(sid="UpToTheRole", actions=["*"], resources=["*"])
    boundary = iam.ManagedPolicy(scope, "Boundary", statements=[allowed, denied])
    acknowledge(
        boundary,
        "AwsSolutions::AwsSolutions-IAM5[Action::*]",
        "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
        "NIST.800.53.R5::NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess",
        "NIST.800.53.R5::NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",
        "HIPAA.Security::HIPAA.Security-IAMPolicyNoStatementsWithAdminAccess",
        "HIPAA.Security::HIPAA.Security-IAMPolicyNoStatementsWithFullAccess",
        "PCI.DSS.321::PCI.DSS.321-IAMPolicyNoStatementsWithAdminAccess",
        "PCI.DSS.321::PCI.DSS.321-IAMPolicyNoStatementsWithFullAccess",
        "Groundwork::NoWildcardAction[*]",
        reason="A boundary grants nothing: a role can do what its own policy allows, less what is denied here.",
    )
    return boundary
