"""One endpoint of an environment."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.environment import Environment
from groundwork.images import ImageLock
from groundwork.inference.alarms import EndpointAlarms
from groundwork.inference.component import Component
from groundwork.inference.endpoint import Endpoint
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.execution_role import EndpointRole
from groundwork.inference.model import EndpointModel
from groundwork.inference.names import component_name, endpoint_name
from groundwork.inference.scaling import EndpointScaling
from groundwork.private_bucket import private_bucket
from groundwork.removal import removal_policy
from stacks.platform_stack import PlatformStack


class InferenceStack(PlatformStack):
    """A model, its endpoint and what watches and scales it: slow or failing, it rolls back nothing else."""

    endpoint: Endpoint
    data: s3.Bucket | None = None
    """Captures and asynchronous answers."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: EndpointSettings,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        key: kms.IKey,
        operations_key: kms.IKey,
        alarms: sns.ITopic,
        access_logs: s3.IBucket,
        image_lock: ImageLock,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
    ) -> None:
        """
        Args:
            subnets: private ones of the VPC, for the containers' network interfaces.
            key: encrypts volumes, captures and asynchronous answers.
            operations_key: encrypts logs; its policy must let CloudWatch Logs use it.
            alarms: the topic that reaches people.
            access_logs: receives a record of each request for a capture or answer.
            image_lock: holds the digest of the image.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=False,
            description=f"The model endpoint {settings.name}",
        )
        name, component = endpoint_name(environment.name, settings.name), settings.component
        kind = "InferenceComponents" if component else "Endpoints"
        group = f"/aws/sagemaker/{kind}/{name}"
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=group,  # SageMaker's own name for it
            retention=log_retention,
            encryption_key=operations_key,
            removal_policy=removal_policy(keep=environment.keep_data),
        )
        if settings.capture or settings.asynchronous:
            self.data = self._bucket(settings, key, access_logs, keep=environment.keep_data)
        containers = self._security_group(vpc)
        role = EndpointRole(
            self,
            "Role",
            settings=settings,
            log_group=group,
            subnets=subnets,
            security_group=containers,
            data=self.data,
            data_key=key,
        ).role
        model = EndpointModel(
            self,
            "Model",
            name=name,
            settings=settings,
            role=role,
            subnets=subnets,
            security_group=containers,
            image_lock=image_lock,
        )
        watch = EndpointAlarms(
            self,
            "Alarms",
            name=name,
            component=bool(component),
            asynchronous=settings.asynchronous is not None,
            settings=settings.alarms,
            topic=alarms,
        )
        self.endpoint = Endpoint(
            self,
            "Endpoint",
            name=name,
            settings=settings,
            model=model,
            role=role,
            subnets=subnets,
            security_group=containers,
            volume_key=key,
            data=self.data,
            data_key=key,
            rollback_alarms=watch.alarms,
        )
        self.endpoint.node.add_dependency(log_group)
        served = (
            Component(
                self,
                "Component",
                name=component_name(environment.name, settings.name),
                settings=settings,
                component=component,
                endpoint=self.endpoint,
                model=model,
                rollback_alarms=watch.alarms,
            )
            if component
            else self.endpoint
        )
        if settings.scaling:
            EndpointScaling(
                self, "Scaling", name=name, settings=settings, scaling_settings=settings.scaling, after=served
            )
        cdk.CfnOutput(self, "EndpointName", value=name, description="What InvokeEndpoint calls it")
        if environment.inference and settings.name in environment.inference.without_browser:
            warning = (
                f"The model of {name} drives a browser, and `browser` is left out: whoever runs its agent elsewhere "
                "lets pages of the internet tell it what to do there."
            )
            cdk.Annotations.of(self).add_warning_v2("Groundwork:BrowserWithoutSandbox", warning)

    def _security_group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "Containers",
            vpc=vpc,
            allow_all_outbound=False,
            description="Containers of an endpoint: HTTPS out only",
        )
        # S3's addresses are public ones, also behind its gateway endpoint.
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "weights from S3")
        return group

    def _bucket(self, settings: EndpointSettings, key: kms.IKey, access_logs: s3.IBucket, *, keep: bool) -> s3.Bucket:
        sections = {"captures/": settings.capture, **dict.fromkeys(_ASYNCHRONOUS, settings.asynchronous)}
        rules = [
            s3.LifecycleRule(
                prefix=prefix,
                expiration=cdk.Duration.days(section.retention_days),
                noncurrent_version_expiration=cdk.Duration.days(1),
            )
            for prefix, section in sections.items()
            if section
        ]
        return private_bucket(
            self,
            "Data",
            key=key,
            keep=keep,
            lifecycle_rules=rules,
            access_logs=access_logs,
            access_logs_prefix=f"inference/{settings.name}/",
        )


_ASYNCHRONOUS = ("requests/", "answers/", "failures/")
