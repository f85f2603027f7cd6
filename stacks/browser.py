"""The sandbox of an endpoint whose model drives a browser."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.environment import Environment
from groundwork.images import ImageLock
from groundwork.inference.browser_sandbox import BrowserSandbox
from groundwork.inference.browser_settings import BrowserSettings
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.names import endpoint_name
from stacks.platform_stack import PlatformStack


class BrowserStack(PlatformStack):
    """Task and proxy: a site more in the allow-list, or a proxy that does not start, leaves the endpoint alone."""

    sandbox: BrowserSandbox

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        endpoint: EndpointSettings,
        settings: BrowserSettings,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        own: Sequence[IPv4Network],
        endpoints_group: ec2.ISecurityGroup,
        operations_key: kms.IKey,
        alarms: sns.ITopic,
        image_lock: ImageLock,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
    ) -> None:
        """
        Args:
            endpoint: what the agent calls.
            settings: its `browser`.
            subnets: private ones of the VPC, with a route to the internet.
            own: the VPC's address ranges.
            endpoints_group: of the VPC's interface endpoints.
            operations_key: encrypts the log; its policy must let CloudWatch Logs use it.
            alarms: the topic that reaches people.
            image_lock: holds the digests of both images.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=False,
            description=f"The browser that the model endpoint {endpoint.name} drives",
        )
        self.sandbox = BrowserSandbox(
            self,
            "Sandbox",
            name=endpoint_name(environment.name, endpoint.name),
            component=endpoint.component is not None,
            settings=settings,
            vpc=vpc,
            subnets=subnets,
            own=own,
            endpoints_group=endpoints_group,
            image_lock=image_lock,
            operations_key=operations_key,
            log_retention=log_retention,
            topic=alarms,
        )
