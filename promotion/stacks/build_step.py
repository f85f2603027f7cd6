"""One step of the pipeline: a CodeBuild project that runs shell in the repository, as a role of its own."""

import json

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from promotion.stacks.acknowledge import acknowledge
from promotion.workflow import steps

_PATH = 'export PATH="$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH"'
_IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
"""https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html"""


class BuildStep(Construct):
    """A project that may read and write the pipeline's artifacts, and take the given roles."""

    project: codebuild.CfnProject

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commands: list[str],
        roles: list[str],
        key: kms.IKey,
        artifacts: s3.IBucket,
        log_group: logs.LogGroup,
        hours: int = 1,
        exported: list[str] | None = None,
        files: list[str] | None = None,
    ) -> None:
        """
        Args:
            scope: the stack.
            construct_id: unique in it.
            commands: shell; each line is a command, and the first that fails ends the step.
            roles: ARNs that it may take.
            key: of the artifacts and the logs.
            artifacts: where they are.
            log_group: what it writes to.
            hours: it is ended after these.
            exported: variables for later steps.
            files: what it puts out.
        """
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"))  # pyrefly: ignore[bad-argument-type]
        policy = iam.ManagedPolicy(
            self,
            "Policy",
            roles=[role],  # pyrefly: ignore[bad-argument-type]
            statements=_statements(key, artifacts, log_group, roles),
        )
        acknowledge(
            policy,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(_resource(artifacts))}.Arn>/*]",
            reason="CodePipeline chooses the names of the artifacts; the bucket holds nothing else.",
        )
        spec: dict[str, object] = {
            "version": "0.2",
            "env": {"shell": "bash", "variables": steps.ENVIRONMENT, "exported-variables": exported or []},
            "phases": {
                "install": {"runtime-versions": {"python": "3.13"}, "commands": [steps.INSTALL]},
                "build": {"commands": [_PATH, *(line for command in commands for line in command.splitlines())]},
            },
        }
        if files:
            spec["artifacts"] = {"files": files}
        self.project = codebuild.CfnProject(
            self,
            "Project",
            service_role=role.role_arn,
            source=codebuild.CfnProject.SourceProperty(type="CODEPIPELINE", build_spec=json.dumps(spec, indent=1)),
            artifacts=codebuild.CfnProject.ArtifactsProperty(type="CODEPIPELINE"),
            environment=codebuild.CfnProject.EnvironmentProperty(
                type="LINUX_CONTAINER", compute_type="BUILD_GENERAL1_MEDIUM", image=_IMAGE
            ),
            encryption_key=key.key_arn,
            timeout_in_minutes=hours * 60,
            logs_config=codebuild.CfnProject.LogsConfigProperty(
                cloud_watch_logs=codebuild.CfnProject.CloudWatchLogsConfigProperty(
                    status="ENABLED", group_name=log_group.log_group_name
                )
            ),
        )
        self.project.node.add_dependency(policy)


def _statements(
    key: kms.IKey, artifacts: s3.IBucket, log_group: logs.LogGroup, roles: list[str]
) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]),
        iam.PolicyStatement(
            actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], resources=[artifacts.arn_for_objects("*")]
        ),
        iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
        *([iam.PolicyStatement(actions=["sts:AssumeRole"], resources=roles)] if roles else []),
    ]


def _resource(bucket: s3.IBucket) -> cdk.CfnElement:
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    return resource
