"""The stack of one project of defect detection: a project that fails to deploy never rolls back another."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.environment import Environment
from groundwork.labeling.defect_detection import DefectDetection
from groundwork.labeling.project_settings import ProjectSettings
from stacks.platform_stack import PlatformStack


class DefectDetectionStack(PlatformStack):
    """Bucket, roles, functions and state machine of a project. Nothing is labeled or trained by deploying it."""

    detection: DefectDetection

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        name: str,
        settings: ProjectSettings,
        work_team_arn: str | None,
        key: kms.IKey,
        access_logs: s3.IBucket,
        alarms: sns.ITopic,
        operations_key: kms.IKey,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
    ) -> None:
        """
        Args:
            name: of the project in the environment file.
            work_team_arn: of the team that labels for it. None: nobody does.
            key: encrypts pictures, labels and models.
            access_logs: receives a record of each request for them.
            alarms: the topic that reaches people.
            operations_key: encrypts logs and notices; its policy must let CloudWatch Logs use it.
            vpc: where training and models have their interfaces.
            subnets: private ones of the VPC.
        """
        super().__init__(
            scope, construct_id, environment=environment, stateful=True, description=f"Defect detection {name}"
        )
        self.detection = DefectDetection(
            self,
            "DefectDetection",
            name=f"{environment.name}-{name}",
            settings=settings,
            work_team_arn=work_team_arn,
            key=key,
            access_logs=access_logs,
            alarms=alarms,
            operations_key=operations_key,
            vpc=vpc,
            subnets=subnets,
            keep=environment.keep_data,
        )
        cdk.CfnOutput(
            self,
            "StateMachine",
            value=self.detection.machine.state_machine_arn,
            description="Start an execution of it: aws stepfunctions start-execution --state-machine-arn ...",
        )
