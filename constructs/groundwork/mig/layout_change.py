"""Changes the layout of a live instance group, its nodes emptied first."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.mig.layout_access import GROUP, layout_access
from groundwork.mig.layout_role import layout_role
from groundwork.mig.layout_steps import layout_steps
from groundwork.python_function import acknowledge_inline_policy, function_id, package

FOLDER = "mig_layout_change"
TIMEOUT = cdk.Duration.minutes(55)
"""Of one change; the cluster may be busy for 5 minutes, pods take 20 to leave and nodes 25 to be partitioned."""


class LayoutChange(Construct):
    """A state machine for one cluster. Its input is `{"group": ..., "layout": ..., "resources": {...}}`: the instance
    group, the name of a configuration in the ConfigMap, and what each node then offers; `"new": true` beside them where
    the ConfigMap has it since a moment ago.

    The functions run in the VPC, where the API server is; they reach STS and SageMaker there as well.
    """

    state_machine: sfn.StateMachine

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks.ICluster,
        hyperpod_cluster: str,
        node_role: iam.IRole,
        volumes_key: kms.IKey,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            hyperpod_cluster: name of the HyperPod cluster, as it will be: nothing here waits for it.
            node_role: the execution role of its instance groups.
            volumes_key: encrypts their volumes.
            subnets: where the API server can be reached.
            security_group: of the function; the API server must let it in.
            operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        role = layout_role(self, node_role=node_role, cluster=cluster, volumes_key=volumes_key)
        function = self._function(
            role,
            environment={
                "EKS_CLUSTER": cluster.cluster_name,
                "EKS_ENDPOINT": cluster.cluster_endpoint,
                "EKS_AUTHORITY": cluster.cluster_certificate_authority_data,
                "HYPERPOD_CLUSTER": hyperpod_cluster,
                "POWERTOOLS_SERVICE_NAME": "mig-layout-change",
            },
            vpc=vpc,
            subnets=subnets,
            security_group=security_group,
            log=self._log("StepLog", operations_key),
        )
        entry = eks.CfnAccessEntry(
            self,
            "Access",
            cluster_name=cluster.cluster_name,
            principal_arn=role.role_arn,
            kubernetes_groups=[GROUP],
            type="STANDARD",
        )
        rights = cluster.add_manifest(f"{construct_id}Access", *layout_access())
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(layout_steps(self, function=function)),
            timeout=TIMEOUT,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=self._log("Log", operations_key), level=sfn.LogLevel.ALL),
        )
        self.state_machine.node.add_dependency(entry, rights)
        self._acknowledge(function)

    def _log(self, construct_id: str, operations_key: kms.IKey) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            construct_id,
            encryption_key=operations_key,
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )

    def _function(
        self,
        role: iam.Role,
        *,
        environment: dict[str, str],
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        log: logs.ILogGroup,
    ) -> lambda_.Function:
        return lambda_.Function(
            self,
            "Step",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(package(FOLDER))),
            handler=f"{FOLDER}.handler.step",
            role=role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            timeout=cdk.Duration.minutes(4),
            memory_size=256,
            environment=environment,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets)),
            security_groups=[security_group],
        )

    def _acknowledge(self, function: lambda_.Function) -> None:
        acknowledge(
            function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ",
            "HIPAA.Security::HIPAA.Security-LambdaDLQ",
            "Serverless::Serverless-LambdaDLQ",
            reason="The state machine waits for each answer, repeats what failed, and ends with the error.",
        )
        acknowledge(
            function,
            "NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency",
            "HIPAA.Security::HIPAA.Security-LambdaConcurrency",
            reason="One call at a time for each group; a reservation would take from the account's other functions.",
        )
        acknowledge(
            function,
            "Serverless::Serverless-LambdaTracing",
            reason="The state machine is traced, and each step stands in the function's log with its state.",
        )
        machine = self.state_machine.node.find_child("Role")
        acknowledge_inline_policy(machine)
        acknowledge(
            machine,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::<{function_id(function)}.Arn>:*]",
            reason="The versions of this one function: CDK grants a call with and without a version's number.",
        )
        acknowledge(
            machine,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="Traces, and the delivery of logs, are actions without a resource.",
        )
