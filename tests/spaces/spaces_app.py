"""Platforms with Spaces on an imported cluster."""

import json
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
from groundwork.spaces.removal_function import FunctionPlace
from groundwork.spaces.settings import SpacesSettings
from rules import validation_plugins
from rules.nag import nag_plugins
from stacks.platform import PlatformStage
from stacks.platform_stack import PlatformStack
from stacks.spaces import SpacesStack
from tests.spaces.section import CONTROLLER_IMAGE, LOCK, WEB, example, section

HYPERPOD = "arn:aws:sagemaker:eu-central-1:111122223333:cluster/abcdefghijkl"
OLD = f"""
version: v0.1.6-eksbuild.1
web_ui: {WEB[:-1]}, scheme: internet-facing}}
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
            cluster_endpoint="https://0123.gr7.eu-central-1.eks.amazonaws.com",
            cluster_certificate_authority_data="Y2VydGlmaWNhdGU=",
            kubectl_provider=eks_v2.KubectlProvider.from_kubectl_provider_attributes(
                cluster_stack,
                "Kubectl",
                service_token="arn:aws:lambda:eu-central-1:111122223333:function:kubectl",
            ),
        )
        web = variant.settings.web_ui
        network = self.network.network
        place = FunctionPlace(
            subnets=network.subnets.private,
            security_group=ec2.SecurityGroup.from_security_group_id(cluster_stack, "Api", "sg-0fedcba9876543210"),
            operations_key=self.foundation.operations_key.key,
            alarms=self.foundation.alarms.topic,
        )
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
            removal=place,
        )
        self._found(cluster_stack)
        self._found(self.spaces)


def synthesize(folder: Path) -> Path:
    """Write every platform into a folder, with every check; the assembly, with what they found in its report."""
    app = cdk.App(
        context=platform_app.context(),
        outdir=str(folder / "assembly"),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    for variant in VARIANTS:
        SpacesPlatform(app, variant=variant)
    lock = folder / "images.lock.yaml"  # the digests of the tests, which the shipped lock does not have
    lock.write_text(json.dumps({"images": [{"image": name, "digest": digest} for name, digest in LOCK.items()]}))
    cdk.Validations.of(app).add_plugins(*nag_plugins(), *validation_plugins(image_lock=lock))
    return Path(app.synth().directory)
