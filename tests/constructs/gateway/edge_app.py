"""A gateway behind CloudFront, for the tests: `python -m tests.constructs.gateway.edge_app FOLDER` checks it, too."""

import sys
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

import app as platform_app
from groundwork.acknowledge import acknowledge
from groundwork.environment import Environment
from groundwork.gateway.cloudfront_prefix_lists import origin_prefix_list
from groundwork.gateway.edge_logs import allow_edge_logs
from groundwork.gateway.edge_name import ViewerName
from groundwork.images import ImageLock, read_image_lock
from groundwork.network.settings import NetworkSettings, NewVpc
from rules.report import open_findings
from stacks.edge import EdgeStack
from stacks.platform import PlatformStage
from stacks.platform_stack import PlatformStack

ACCOUNT, HOME = "111122223333", "eu-central-1"
ORIGIN = "origin.gateway.example.com"


@dataclass(frozen=True, kw_only=True)
class EdgeVariant:
    """What differs between the edges of the tests."""

    name: str
    viewer_name: ViewerName | None = None
    admin_ui: bool = True
    max_request_seconds: int = 600
    keep_data: bool = True


DEFAULT_NAME = EdgeVariant(name="edge")
OWN_NAME = EdgeVariant(
    name="edge-domain",
    viewer_name=ViewerName(host="gateway.example.com", zone_id="Z0123456789ABCDEFGHIJ"),
    admin_ui=False,
    max_request_seconds=60,
)
NOTHING_KEPT = EdgeVariant(name="edge-trial", keep_data=False)


class EdgePlatform(PlatformStage):
    """Foundation and network as they are, a bare internal load balancer, and the edge."""

    def __init__(self, scope: Construct, *, variant: EdgeVariant, image_lock: ImageLock) -> None:
        environment = Environment(
            name=variant.name,
            account=ACCOUNT,
            region=HOME,
            owner="platform@example.com",
            cost_center="genai",
            keep_data=variant.keep_data,
            network=NetworkSettings(internet="open", vpc=NewVpc(cidr=IPv4Network("10.0.0.0/16"), nat="one")),
        )
        super().__init__(scope, environment=environment, image_lock=image_lock)
        assert self.network
        bucket = self.foundation.access_logs.bucket
        allow_edge_logs(bucket, account=environment.account, environment=environment.name)
        home = PlatformStack(self, "Home", environment=environment, stateful=False, description="Load balancer")
        vpc, subnets = self.network.network.vpc, self.network.network.subnets
        group = ec2.SecurityGroup(home, "Group", vpc=vpc, description="CloudFront only", allow_all_outbound=False)
        group.add_ingress_rule(ec2.Peer.prefix_list(origin_prefix_list(HOME)), ec2.Port.tcp(443), "CloudFront")
        balancer = elbv2.ApplicationLoadBalancer(
            home,
            "Alb",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets.private)),
            security_group=group,
            deletion_protection=variant.keep_data,
            drop_invalid_header_fields=True,
        )
        acknowledge(
            balancer,
            "NIST.800.53.R5::NIST.800.53.R5-ALBWAFEnabled",
            reason="Only CloudFront can connect, and the firewall stands there.",
        )
        balancer.log_access_logs(bucket, "gateway")
        edge = EdgeStack(
            self,
            "Edge",
            environment=environment,
            load_balancer_arn=balancer.load_balancer_arn,
            origin_name=ORIGIN,
            viewer_name=variant.viewer_name,
            access_logs=bucket,
            max_request_seconds=variant.max_request_seconds,
            requests_per_5_minutes=2000,
            admin_ui=variant.admin_ui,
            docs=False,
        )
        for stack in (home, edge):
            self._found(stack)


def build(app: cdk.App, *variants: EdgeVariant) -> None:
    """Add a stage for each variant."""
    image_lock = read_image_lock(platform_app.IMAGE_LOCK)
    for variant in variants:
        EdgePlatform(app, variant=variant, image_lock=image_lock)


def main(folder: str) -> None:
    """Write both edges into a folder, with every check; exits with 1 and the findings."""
    app = cdk.App(
        context=platform_app.context(),
        outdir=folder,
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    build(app, DEFAULT_NAME, OWN_NAME)
    platform_app.attach_checks(app)
    if findings := open_findings(Path(app.synth().directory)):
        sys.exit("\n".join(findings))


if __name__ == "__main__":
    main(sys.argv[1])
