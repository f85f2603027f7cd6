"""A platform with a gateway, for the tests: `python -m tests.constructs.gateway.platform_app FOLDER` checks it, too."""

import sys
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

import app as platform_app
from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.gateway.data_settings import CacheSettings, DatabaseSettings, RdsSettings
from groundwork.gateway.exposure import Exposure
from groundwork.gateway.service_settings import ScalingSettings
from groundwork.images import ImageLock, read_image_lock
from groundwork.network.settings import NetworkSettings, NewVpc
from rules.report import open_findings
from stacks.gateway import GatewayStack
from stacks.gateway_data import GatewayDataStack
from stacks.platform import PlatformStage

CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
PUBLIC = Exposure(
    internet_facing=True,
    host="gateway.example.com",
    certificate=CERTIFICATE,
    zone_id="Z0123456789ABCDEFGHIJ",
    enter_host=True,
    base_url="https://gateway.example.com",
)
PRIVATE = Exposure(
    internet_facing=False,
    host="gateway.internal.example.com",
    certificate=CERTIFICATE,
    clients=(IPv4Network("10.0.0.0/8"),),
    private_zone="internal.example.com",
    admin_ui=False,
)
RDS = DatabaseSettings(rds=RdsSettings())
INVOKE = "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0"
IMAGE = "ghcr.io/berriai/litellm-database:v1.104.0"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What differs between the platforms of the tests."""

    name: str
    exposure: Exposure
    internet: str = "open"
    keep_data: bool = True
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    scaling: ScalingSettings = field(default_factory=ScalingSettings)
    max_request_seconds: int = 600
    configuration: str = "model_list: []\n"
    variables: dict[str, str] = field(default_factory=dict)


PUBLIC_AURORA = Variant(name="public", exposure=PUBLIC)
PRIVATE_RDS = Variant(name="private", exposure=PRIVATE, internet="none", keep_data=False, database=RDS)


class GatewayPlatform(PlatformStage):
    """Foundation and network as they are, and the gateway's two stacks on them."""

    def __init__(self, scope: Construct, *, variant: Variant, image_lock: ImageLock) -> None:
        vpc = NewVpc(cidr=IPv4Network("10.0.0.0/16"), nat="one" if variant.internet == "open" else "none")
        environment = Environment(
            name=variant.name,
            account="111122223333",
            region="eu-central-1",
            owner="platform@example.com",
            cost_center="genai",
            keep_data=variant.keep_data,
            network=NetworkSettings(internet=variant.internet, vpc=vpc),
        )
        super().__init__(scope, environment=environment, image_lock=image_lock)
        foundation, network = self.foundation, self.network.network
        key = DataKey(foundation, "GatewayKey", domain="gateway", keep=variant.keep_data).key
        operations_key, alarms = foundation.operations_key.key, foundation.alarms.topic
        data = GatewayDataStack(
            self,
            "GatewayData",
            environment=environment,
            network=network,
            database=variant.database,
            cache=variant.cache,
            key=key,
            operations_key=operations_key,
            alarms=alarms,
        )
        provider = secretsmanager.Secret.from_secret_attributes(
            data,
            "OpenAiKey",
            secret_complete_arn="arn:aws:secretsmanager:eu-central-1:111122223333:secret:openai-AbCdEf",
        )
        gateway = GatewayStack(
            self,
            "Gateway",
            environment=environment,
            network=network,
            data=data,
            image=IMAGE,
            digest=str(image_lock[IMAGE]),
            key=key,
            configuration=variant.configuration,
            exposure=variant.exposure,
            scaling=variant.scaling,
            max_request_seconds=variant.max_request_seconds,
            model_access=[
                iam.PolicyStatement(
                    actions=["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], resources=[INVOKE]
                )
            ],
            secrets={"OPENAI_API_KEY": provider},
            policies=[],
            variables=variant.variables,
            outbound_ports=(443,),
            teams=[],
            operations_key=operations_key,
            access_logs=foundation.access_logs.bucket,
            alarms=alarms,
        )
        self._found(data)
        self._found(gateway)


def build(app: cdk.App, *variants: Variant) -> None:
    """Add a stage for each variant."""
    image_lock = read_image_lock(platform_app.IMAGE_LOCK)
    for variant in variants:
        GatewayPlatform(app, variant=variant, image_lock=image_lock)


def main(folder: str) -> None:
    """Write both platforms into a folder, with every check; exits with 1 and the findings."""
    app = cdk.App(
        context=platform_app.context(),
        outdir=folder,
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
    build(app, PUBLIC_AURORA, PRIVATE_RDS)
    platform_app.attach_checks(app)
    if findings := open_findings(Path(app.synth().directory)):
        sys.exit("\n".join(findings))


if __name__ == "__main__":
    main(sys.argv[1])
