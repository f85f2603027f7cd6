"""Platforms with Spaces on an imported cluster: `python -m tests.spaces.spaces_app FOLDER` checks them, too."""

import json
import sys
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks_v2
from constructs import Construct

import app as platform_app
from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.network.settings import NetworkSettings, NewVpc
from groundwork.spaces.settings import SpacesSettings
from rules import validation_plugins
from rules.nag import nag_plugins
from rules.report import open_findings
from stacks.platform import PlatformStage
from stacks.platform_stack import PlatformStack
from stacks.spaces import SpacesStack
from tests.spaces.section import CONTROLLER_IMAGE, LOCK, WEB, example, section

HYPERPOD = "arn:aws:sagemaker:eu-central-1:111122223333:cluster/abcdefghijkl"
OLD = f"""
version: v0.1.6-eksbuild.1
web_ui: {WEB[:-1]}, scheme: internet-facing}}
"""
REGISTRY = f"""
web_ui: {WEB}
dependencies:
  load_balancer_controller:
    repository: oci://111122223333.dkr.ecr.eu-central-1.amazonaws.com/charts
    image: {CONTROLLER_IMAGE}
"""
SSH = """
remote_access: false
direct_ssh: {domain: ssh.internal.example.com, zone: Z0SSH, port: 2222, clients: [10.1.0.0/16, 10.2.0.0/16]}
dependencies: {cert_manager: {install: false}, ebs_csi: {version: v1.52.1-eksbuild.1}}
"""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What differs between the platforms of the tests."""

    name: str
    settings: SpacesSettings
    keep_data: bool = True
    hyperpod_cluster_arn: str | None = HYPERPOD


VARIANTS = (
    Variant(name="web", settings=example("shared")),
    Variant(name="old", settings=section(OLD), keep_data=False),
    Variant(name="ssh", settings=section(SSH), hyperpod_cluster_arn=None),
    Variant(name="mig", settings=example("mig")),
)
OWN_REGISTRY = Variant(name="registry", settings=section(REGISTRY))
"""Not checked: the shipped lock does not know its image."""


class ClusterStack(PlatformStack):
    """A cluster that is there already, and what says that it has nodes."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(scope, "Cluster", environment=environment, stateful=True, description="A cluster")
        self.ready = cdk.CfnWaitConditionHandle(self, "Ready")


class SpacesPlatform(PlatformStage):
    """Foundation and network as they are, and Spaces on them."""

    def __init__(self, scope: Construct, *, variant: Variant) -> None:
        environment = Environment(
            name=variant.name,
            account="111122223333",
            region="eu-central-1",
            owner="platform@example.com",
            cost_center="genai",
            keep_data=variant.keep_data,
            network=NetworkSettings(vpc=NewVpc(cidr=IPv4Network("10.0.0.0/16"), nat="one")),
        )
        super().__init__(scope, environment=environment, image_lock=LOCK)
        assert self.network
        cluster_stack = ClusterStack(self, environment=environment)
        cluster = eks_v2.Cluster.from_cluster_attributes(
            cluster_stack,
            "Imported",
            cluster_name=variant.name,
            kubectl_provider=eks_v2.KubectlProvider.from_kubectl_provider_attributes(
                cluster_stack,
                "Kubectl",
                service_token="arn:aws:lambda:eu-central-1:111122223333:function:kubectl",
            ),
        )
        web = variant.settings.web_ui
        network = self.network.network
        self.spaces = SpacesStack(
            self,
            "Spaces",
            environment=environment,
            settings=variant.settings,
            cluster=cluster,
            vpc_id=network.vpc.vpc_id,
            subnets=network.subnets.public if web and web.scheme == "internet-facing" else network.subnets.private,
            image_lock=LOCK,
            volume_key=DataKey(cluster_stack, "VolumeKey", domain="artifacts", keep=variant.keep_data).key,
            ready=cluster_stack.ready,
            hyperpod_cluster_arn=variant.hyperpod_cluster_arn,
            access_logs=self.foundation.access_logs.bucket,
            nodes=ec2.SecurityGroup.from_security_group_id(cluster_stack, "Nodes", "sg-0123456789abcdef0"),
        )
        self._found(cluster_stack)
        self._found(self.spaces)


def build(app: cdk.App, *variants: Variant) -> None:
    """Add a stage for each variant."""
    for variant in variants:
        SpacesPlatform(app, variant=variant)


def main(folder: str) -> None:
    """Write the platforms into a folder, with every check; exits with 1 and the findings."""
    app = cdk.App(
        context=platform_app.context(),
        outdir=folder,
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    build(app, *VARIANTS)
    lock = Path(folder).with_name("images.lock.yaml")  # the digests of the tests, which the shipped lock does not have
    lock.write_text(json.dumps({"images": [{"image": name, "digest": digest} for name, digest in LOCK.items()]}))
    cdk.Validations.of(app).add_plugins(*nag_plugins(), *validation_plugins(image_lock=lock))
    if findings := open_findings(Path(app.synth().directory)):
        sys.exit("\n".join(findings))


if __name__ == "__main__":
    main(sys.argv[1])
