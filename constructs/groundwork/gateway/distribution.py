"""CloudFront in front of the gateway's internal load balancer."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.gateway.edge_logs import EdgeLogs
from groundwork.gateway.edge_name import EdgeName, ViewerName
from groundwork.gateway.time_outs import ORIGIN_READ_QUOTA, TimeOuts

ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""The errors whose time in the cache can be set. Of answers to GET and HEAD, CloudFront keeps 404, 414 and 5xx for 10 s
unless told otherwise, also where nothing else is cached: one caller's 404 would be another's answer.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html, read 2026-11-23"""
HSTS = cdk.Duration.days(730)


class Distribution(Construct):
    """Passes every request on to a VPC origin, and caches nothing.

    The viewer's `Host` is not forwarded, so the load balancer sees one fixed name: the origin's. CloudFront uses it for
    SNI and `Host`, and the load balancer's certificate must cover it
    (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html).
    It needs no record in DNS, as CloudFront routes by the origin's id. AWS does not say so in words; others run it so
    (https://github.com/londonaicentre/FLIP/pull/473, where the record was deleted). Read 2026-11-23.

    CloudFront takes up to 15 minutes for the origin and wants an internet gateway attached to the VPC, though nothing
    is routed over it. An origin in use cannot be changed: where a load balancer is replaced,
    CannotUpdateEntityWhileInUse fails the update; delete this stack first and deploy it again
    (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html). WebSockets
    pass since May 2026 (https://aws.amazon.com/about-aws/whats-new/2026/05/amazon-cloudfront-websockets-vpc-origins/).
    """

    distribution: cloudfront.Distribution
    host: str
    """The name that callers use: their own, or CloudFront's."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        load_balancer_arn: str,
        origin_name: str,
        viewer_name: ViewerName | None,
        web_acl_arn: str,
        time_outs: TimeOuts,
        access_logs_arn: str,
        origin_read_quota: int = ORIGIN_READ_QUOTA,
    ) -> None:
        """
        Args:
            environment: the environment's name; part of names that are one per account.
            load_balancer_arn: an internal one, see `vpc_origins`, with a listener on 443.
            origin_name: what CloudFront calls the load balancer, and the only host that its listener serves.
            viewer_name: the name for callers; None: CloudFront's own.
            web_acl_arn: of the scope CLOUDFRONT.
            access_logs_arn: the bucket for the logs, in any Region.
            origin_read_quota: seconds of silence that the account may ask CloudFront to bear, 60 to 180.
        """
        super().__init__(scope, construct_id)
        vpc_origin = cloudfront.CfnVpcOrigin(
            self,
            "Origin",
            vpc_origin_endpoint_config=cloudfront.CfnVpcOrigin.VpcOriginEndpointConfigProperty(
                arn=load_balancer_arn,
                name=f"groundwork-{environment}-gateway",
                origin_protocol_policy="https-only",
                https_port=443,
                origin_ssl_protocols=["TLSv1.2"],
            ),
        )
        origin = origins.VpcOrigin.with_vpc_origin(
            cloudfront.VpcOrigin.from_vpc_origin_id(self, "OriginById", vpc_origin.attr_id),
            domain_name=origin_name,
            read_timeout=cdk.Duration.seconds(time_outs.origin_read(origin_read_quota)),
            keepalive_timeout=cdk.Duration.seconds(time_outs.origin_keep_alive),
        )
        name = EdgeName(self, "Name", name=viewer_name) if viewer_name else None
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Gateway of {environment}",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origin,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy=self._headers(),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                # Nothing is compressed without a cache policy that asks for it; so this says what happens.
                compress=False,
            ),
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=cdk.Duration.seconds(0)) for status in ERRORS
            ],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            enable_ipv6=True,
            web_acl_id=web_acl_arn,
            domain_names=[viewer_name.host] if viewer_name else None,
            certificate=name.certificate if name else None,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if name else None,
        )
        if name:
            name.point_at(distribution)
        self.distribution = distribution
        self.host = viewer_name.host if viewer_name else distribution.distribution_domain_name
        EdgeLogs(
            self,
            "Logs",
            environment=environment,
            distribution_arn=distribution.distribution_arn,
            bucket_arn=access_logs_arn,
        )
        _acknowledge(distribution, own_certificate=name is not None)

    def _headers(self) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            comment="What browsers shall heed in the gateway's answers",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=HSTS, include_subdomains=True, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override=True
                ),
            ),
        )


def _acknowledge(distribution: cloudfront.Distribution, *, own_certificate: bool) -> None:
    acknowledge(
        distribution,
        "AwsSolutions::AwsSolutions-CFR3",
        reason="The check knows the legacy logging only; a delivery beside the distribution logs every request (v2).",
    )
    acknowledge(
        distribution,
        "AwsSolutions::AwsSolutions-CFR1",
        reason="Who may call is decided by keys, not by countries; a caller's country says nothing about either.",
    )
    if not own_certificate:
        acknowledge(
            distribution,
            "AwsSolutions::AwsSolutions-CFR4",
            reason="The environment file asks for CloudFront's own name (exposure: cloudfront), whose certificate "
            "serves TLS 1.0 to callers that offer nothing newer; cloudfront-domain demands TLS 1.2.",
        )
