"""The certificate that the gateway's load balancer proves its name with."""

from aws_cdk import aws_acmpca as acmpca
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from groundwork.gateway.exposure import Exposure


def certificate(scope: Construct, construct_id: str, *, exposure: Exposure) -> acm.ICertificate:
    """The one that is given, or one for the host: from a private authority, or public and validated in its zone.

    ACM renews a public one as long as the record of the validation is there. A private one it renews only where the
    authority lets it: grant acm.amazonaws.com acm-pca:IssueCertificate, GetCertificate and ListPermissions there
    (https://docs.aws.amazon.com/privateca/latest/userguide/create-permissions.html).

    Raises:
        ValueError: a public one is to be issued, and there is no zone to validate it in.
    """
    given = exposure.certificate
    if ":certificate-authority/" in given:
        authority = acmpca.CertificateAuthority.from_certificate_authority_arn(scope, f"{construct_id}Authority", given)
        return acm.PrivateCertificate(scope, construct_id, domain_name=exposure.host, certificate_authority=authority)
    if given != "issue":
        return acm.Certificate.from_certificate_arn(scope, construct_id, given)
    if exposure.zone_id is None:
        raise ValueError("a public certificate is validated in a hosted zone, and there is none")
    zone = route53.HostedZone.from_hosted_zone_attributes(
        scope, f"{construct_id}Zone", hosted_zone_id=exposure.zone_id, zone_name=exposure.host
    )
    return acm.Certificate(
        scope,
        construct_id,
        domain_name=exposure.host,
        validation=acm.CertificateValidation.from_dns(zone),
    )
