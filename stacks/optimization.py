"""The EAGLE jobs of an environment."""

from collections.abc import Iterable, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.images import ImageLock
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.names import endpoint_name
from groundwork.optimization.buckets import results_bucket, training_data_bucket
from groundwork.optimization.eagle_optimization import EagleOptimization
from groundwork.optimization.endpoint_reference import EndpointReference
from groundwork.optimization.job_security_group import job_security_group
from groundwork.optimization.job_settings import JobSettings
from groundwork.optimization.plan import JobPlan
from groundwork.optimization.programs import programs
from groundwork.optimization.settings import OptimizationSettings
from stacks.inference import InferenceStack
from stacks.platform_stack import PlatformStack


class OptimizationStack(PlatformStack):
    """State machines, registries and results of all jobs. Nothing is trained by deploying it."""

    jobs: dict[str, EagleOptimization]
    """By the name in the environment file."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: OptimizationSettings,
        endpoints: Iterable[EndpointReference],
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        operations_key: kms.IKey,
        alarms: sns.ITopic,
        access_logs: s3.IBucket,
        image_lock: ImageLock,
    ) -> None:
        """
        Args:
            endpoints: of the environment.
            subnets: private ones of the VPC, for the jobs' network interfaces.
            operations_key: encrypts logs and notices; its policy must let CloudWatch Logs use it.
            alarms: the topic that reaches people.
            access_logs: receives a record of each request for a result or for training data.
            image_lock: holds the digests of the images.
        """
        super().__init__(
            scope, construct_id, environment=environment, stateful=True, description="EAGLE jobs, their heads and gates"
        )
        self._environment, self._settings, self._image_lock = environment, settings, image_lock
        self._endpoints = {each.settings.name: each for each in endpoints}
        # In this stack, so that its policy can name the roles of endpoints.
        self._key = DataKey(self, "Key", domain="models", keep=environment.keep_data).key
        readers = [self._endpoints[job.endpoint].role for job in settings.jobs if job.endpoint]
        self._results = results_bucket(
            self, key=self._key, keep=environment.keep_data, access_logs=access_logs, readers=readers
        )
        captures = {self._name(job): job.captured.retention_days for job in settings.jobs if job.captured}
        self._training_data = (
            training_data_bucket(self, keep=environment.keep_data, access_logs=access_logs, retention_days=captures)
            if captures
            else None
        )
        used = {job.endpoint for job in settings.jobs} | {
            job.captured.endpoint for job in settings.jobs if job.captured
        }
        for name in sorted(filter(None, used)):
            self.node.add_dependency(self._endpoints[name].role)
        self._subnets = tuple(subnet.subnet_id for subnet in subnets)
        several = any(job.max_instances > 1 for job in settings.jobs)
        self._group = job_security_group(self, vpc=vpc, several_instances=several)
        self.jobs = {}
        for job in settings.jobs:
            self.jobs[job.name] = EagleOptimization(
                self,
                f"Job-{job.name}",
                plan=self._plan(job),
                operations_key=operations_key,
                alarms=alarms,
                keep=environment.keep_data,
            )
            cdk.CfnOutput(
                self,
                f"Optimize-{job.name}",
                value=self.jobs[job.name].optimize.state_machine_arn,
                description="Start an execution of it: aws stepfunctions start-execution --state-machine-arn ...",
            )

    def _name(self, job: JobSettings) -> str:
        return f"{self._environment.name}-{job.name}"

    def _plan(self, job: JobSettings) -> JobPlan:
        target = self._endpoints[job.endpoint] if job.endpoint else None
        scope = Construct(self, f"Programs-{job.name}")
        return JobPlan(
            name=self._name(job),
            settings=job,
            section=self._settings,
            results=self._results,
            training_data=self._training_data,
            bucket_key=self._key,
            key=self._own_key(job, target),
            subnets=job.network.subnets if job.network else self._subnets,
            security_groups=job.network.security_groups if job.network else (self._group.security_group_id,),
            target=target,
            captures=self._endpoints[job.captured.endpoint] if job.captured else None,
            image_lock=self._image_lock,
            programs=programs(scope, job, measured=bool(target and self._settings.benchmark.image)),
        )

    def _own_key(self, job: JobSettings, target: EndpointReference | None) -> kms.IKey | kms.Key:
        if not job.key:
            return self._key
        if target:
            # This stack cannot change the key's policy, as it does with its own.
            target.role.add_to_principal_policy(
                iam.PolicyStatement(sid="DecryptHeads", actions=["kms:Decrypt"], resources=[job.key])
            )
        return kms.Key.from_key_arn(self, f"Key-{job.name}", job.key)


def endpoint_reference(
    stack: InferenceStack, *, environment: Environment, settings: EndpointSettings, data_key: kms.IKey
) -> EndpointReference:
    """What the jobs have to know of an endpoint's stack.

    Args:
        data_key: the one that the stack was given as `key`.
    """
    role = stack.node.find_child("Role").node.find_child("Role")
    assert isinstance(role, iam.Role)
    return EndpointReference(
        name=endpoint_name(environment.name, settings.name),
        settings=settings,
        role=role,
        stack_name=stack.stack_name,
        logical_id=stack.get_logical_id(stack.endpoint.resource),
        data=_data(stack),
        data_key=data_key,
    )


def _data(stack: InferenceStack) -> str | None:
    if not stack.data:
        return None
    # By a name of our own: findings on a policy name the reference, and CDK's own name of it is known too late.
    output = cdk.CfnOutput(stack, "DataBucket", value=stack.data.bucket_name, description="Captures and answers")
    return cdk.Fn.get_stack_output(stack.stack_name, stack.get_logical_id(output), stack.region)
