"""The certificate and the load balancer of the web page."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.spaces.configuration import load_balancer_annotations
from groundwork.spaces.web_settings import WebUiSettings

LOG_PREFIX = "spaces"


class WebEntry(Construct):
    """A certificate for the domain and everything one level below it, and what the load balancer is to be like.

    The add-on brings an Ingress, from which the load balancer controller makes the load balancer: no stack knows it.
    """

    certificate: acm.ICertificate
    annotations: dict[str, str]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: WebUiSettings,
        subnets: Sequence[ec2.ISubnet],
        access_logs: s3.IBucket | None,
    ) -> None:
        """
        Args:
            subnets: private ones for an internal load balancer, public ones for one on the internet; in two zones.
            access_logs: where the load balancer logs.

        Raises:
            ValueError: the subnets are not two at least.
        """
        super().__init__(scope, construct_id)
        if len(subnets) < 2:
            raise ValueError(f"a load balancer stands in two zones at least; {settings.scheme} has {len(subnets)}")
        self.certificate = self._certificate(settings)
        if access_logs:
            self._let_log(access_logs)
        self.annotations = load_balancer_annotations(
            settings,
            subnets=[subnet.subnet_id for subnet in subnets],
            access_log_bucket=access_logs.bucket_name if access_logs else None,
            prefix=LOG_PREFIX,
        )

    def _certificate(self, settings: WebUiSettings) -> acm.ICertificate:
        if settings.certificate != "issue":
            return acm.Certificate.from_certificate_arn(self, "Certificate", settings.certificate)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=str(settings.zone), zone_name=settings.domain
        )
        return acm.Certificate(
            self,
            "Certificate",
            domain_name=settings.domain,
            # A wildcard stands for one label, and not for none.
            subject_alternative_names=[f"*.{settings.domain}"],
            validation=acm.CertificateValidation.from_dns(zone),
        )

    def _let_log(self, bucket: s3.IBucket) -> None:
        """Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"""
        stack = cdk.Stack.of(self)
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogsOfSpaces",
                principals=[iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
                actions=["s3:PutObject"],
                # The service writes an account's logs below its number only.
                resources=[bucket.arn_for_objects(f"{LOG_PREFIX}/AWSLogs/{stack.account}/*")],
            )
        )
