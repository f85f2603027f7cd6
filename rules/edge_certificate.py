"""CloudFront is global but takes its certificate from us-east-1 alone.

A certificate of the home region fails in the middle of a deployment that has run for minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import Finding
from .intrinsics import mapping
from .template import Template

RULE = "EdgeCertificateIsInUsEast1"
REGION = "us-east-1"

_ARN = re.compile(r"^arn:(?:[^:$]+|\$\{AWS::Partition\}):acm:([^:$]+|\$\{AWS::Region\}):")
_OWN_REGION = "${AWS::Region}"


def check(template: Template) -> Iterator[Finding]:
    """Findings for certificates whose region is known and another one."""
    for resource in template.of_type("AWS::CloudFront::Distribution"):
        config = mapping(resource.properties.get("DistributionConfig"))
        value = mapping(config.get("ViewerCertificate")).get("AcmCertificateArn")
        for region in sorted({region for text in template.texts(value) if (region := _region(template, text))}):
            if region != REGION:
                yield Finding(
                    rule=RULE,
                    resource=resource.id,
                    path="Properties.DistributionConfig.ViewerCertificate.AcmCertificateArn",
                    message=f"The distribution's certificate is in {region}; CloudFront reads {REGION} alone.",
                    fix=f"Request or import the certificate in {REGION} and name that one.",
                )


def _region(template: Template, text: str) -> str | None:
    """Where the certificate is; None where only the deployment tells."""
    own = {certificate.id for certificate in template.of_type("AWS::CertificateManager::Certificate")}
    if template.references(text) & own:
        return template.region
    arn = _ARN.match(text)
    region = arn.group(1) if arn else None
    return template.region if region == _OWN_REGION else region
