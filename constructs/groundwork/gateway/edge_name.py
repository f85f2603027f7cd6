"""The gateway's own name at the edge."""

from dataclasses import dataclass

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class ViewerName:
    """The name that callers use instead of CloudFront's."""

    host: str
    zone_id: str
    """Public hosted zone that the name is entered into."""
    certificate: str = "issue"
    """The ARN of a certificate in us-east-1, or `issue` for one that ACM validates in the zone."""


class EdgeName(Construct):
    """A certificate for a name, and the name pointed at a distribution over IPv4 and IPv6."""

    certificate: acm.ICertificate

    def __init__(self, scope: Construct, construct_id: str, *, name: ViewerName) -> None:
        super().__init__(scope, construct_id)
        self._name = name
        # Records are named in full, so the zone's own name is not needed.
        self._zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=name.zone_id, zone_name=name.host
        )
        if name.certificate == "issue":
            self.certificate = acm.Certificate(
                self,
                "Certificate",
                domain_name=name.host,
                validation=acm.CertificateValidation.from_dns(self._zone),
            )
        else:
            self.certificate = acm.Certificate.from_certificate_arn(self, "Certificate", name.certificate)

    def point_at(self, distribution: cloudfront.IDistribution) -> None:
        """Enter the name into its zone."""
        target = route53.RecordTarget.from_alias(targets.CloudFrontTarget(distribution))
        record_name = f"{self._name.host}."
        route53.ARecord(self, "Ipv4", zone=self._zone, record_name=record_name, target=target)
        route53.AaaaRecord(self, "Ipv6", zone=self._zone, record_name=record_name, target=target)
