"""CloudFront's access logs: standard logging, version 2.

Delivery is set up in us-east-1 whatever the bucket's Region is; the bucket may be in any.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html, read 2026-11-23
"""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

SERVICE = "delivery.logs.amazonaws.com"
EDGE_REGION = "us-east-1"
RECORD_FIELDS = (
    "date",
    "time",
    "x-edge-location",
    "sc-bytes",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "cs(User-Agent)",
    "x-edge-result-type",
    "x-edge-request-id",
    "cs-protocol",
    "cs-bytes",
    "time-taken",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-response-result-type",
    "cs-protocol-version",
    "c-port",
    "time-to-first-byte",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "sc-content-len",
    "origin-fbl",
    "origin-lbl",
)
"""What is logged. Not the query string, as Gemini's clients send their key in it, nor cookies and referrers."""


class EdgeLogs(Construct):
    """Delivers a distribution's access logs to a bucket, below `AWSLogs/<account>/CloudFront/`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, environment: str, distribution_arn: str, bucket_arn: str
    ) -> None:
        """
        Args:
            environment: the environment's name; part of the delivery's names, which are one per account.
            bucket_arn: the bucket, in any Region; see `allow_edge_logs`.
        """
        super().__init__(scope, construct_id)
        name = _delivery_name(environment)
        source = logs.CfnDeliverySource(
            self, "Source", name=name, log_type="ACCESS_LOGS", resource_arn=distribution_arn
        )
        destination = logs.CfnDeliveryDestination(
            self, "Destination", name=name, destination_resource_arn=bucket_arn, output_format="json"
        )
        delivery = logs.CfnDelivery(
            self,
            "Delivery",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.attr_arn,
            record_fields=list(RECORD_FIELDS),
            s3_suffix_path="{DistributionId}/{yyyy}/{MM}/{dd}",
        )
        delivery.add_resource_dependency(source)  # by name only


def allow_edge_logs(bucket: s3.Bucket, *, account: str, environment: str) -> None:
    """Let the logs of an environment's distribution into a bucket. Call it in the bucket's own stack.

    The statement is the one that CloudWatch Logs writes itself. Where it is missing, whoever deploys the delivery and
    may change bucket policies adds it, and the template no longer says what stands.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html, read 2026-11-23
    """
    source = f"arn:aws:logs:{EDGE_REGION}:{account}:delivery-source:{_delivery_name(environment)}"
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="EdgeLogDelivery",
            principals=[iam.ServicePrincipal(SERVICE)],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"AWSLogs/{account}/CloudFront/*")],
            conditions={
                "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": account},
                "ArnLike": {"aws:SourceArn": source},
            },
        )
    )


def bucket_arn_for_the_edge(bucket: s3.Bucket) -> str:
    """A bucket's ARN that a stack of another Region may refer to.

    `bucket.bucket_arn` may not be used in another Region without a physical name; the attribute of the resource itself
    becomes a weak reference, `Fn::GetStackOutput` with the Region, which needs neither an export nor a custom resource.
    """
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError(f"{bucket.node.path} is not a bucket of this app")
    return resource.attr_arn


def _delivery_name(environment: str) -> str:
    return f"groundwork-{environment}-gateway-edge"
