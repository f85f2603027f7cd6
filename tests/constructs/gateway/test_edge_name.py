"""The parts of the edge that take what a user already has."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from groundwork.gateway.edge_logs import bucket_arn_for_the_edge
from groundwork.gateway.edge_name import EdgeName, ViewerName

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Edge", env=cdk.Environment(account="111122223333", region="us-east-1"))


def test_a_certificate_that_is_given_is_used_and_none_is_issued(stack: cdk.Stack) -> None:
    name = EdgeName(
        stack,
        "Name",
        name=ViewerName(host="gateway.example.com", zone_id="Z0123456789ABCDEFGHIJ", certificate=CERTIFICATE),
    )
    assert name.certificate.certificate_arn == CERTIFICATE
    Template.from_stack(stack).resource_count_is("AWS::CertificateManager::Certificate", 0)


def test_a_bucket_of_somebody_else_cannot_be_referred_to_from_the_edge(stack: cdk.Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "their-logs")
    with pytest.raises(TypeError, match="Edge/Theirs is not a bucket of this app"):
        bucket_arn_for_the_edge(bucket)  # type: ignore[arg-type]
