"""CloudFront in front of the gateway, as the templates have it."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundwork.gateway.routes import closed_routes
from tests.constructs.gateway.templates import Platform, needs, references

ACCOUNT, HOME = "111122223333", "eu-central-1"


def distribution(platform: Platform) -> dict[str, Any]:
    return platform.one("Edge", "AWS::CloudFront::Distribution")["DistributionConfig"]


def resource(platform: Platform, reference: object) -> dict[str, Any]:
    """What a property of the edge refers to."""
    (name,) = references(reference)
    return platform.stacks["Edge"].template["Resources"][name]


@pytest.fixture(scope="module")
def artifacts(assembly: Path) -> dict[str, dict[str, Any]]:
    """The stacks of the trial in its manifest, by name."""
    manifest = json.loads((assembly / "assembly-GatewayTrial" / "manifest.json").read_text())["artifacts"]
    return {
        artifact["properties"]["stackName"]: artifact | {"id": name}
        for name, artifact in manifest.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }


def test_the_edge_is_in_us_east_1_and_the_rest_at_home(artifacts) -> None:
    edge = "GatewayTrial-Edge"
    assert artifacts[edge]["environment"] == f"aws://{ACCOUNT}/us-east-1"
    assert {a["environment"] for name, a in artifacts.items() if name != edge} == {f"aws://{ACCOUNT}/{HOME}"}


@pytest.mark.parametrize(("which", "home"), [("trial", HOME), ("edge", "us-east-1")])
def test_the_load_balancer_and_the_bucket_of_the_home_region_are_weak_references(
    request, which: str, home: str
) -> None:
    platform: Platform = request.getfixturevalue(which)
    origin = platform.one("Edge", "AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]["Arn"]
    bucket = platform.one("Edge", "AWS::Logs::DeliveryDestination")["DestinationResourceArn"]
    for reference, name, resource_type in (
        (origin["Fn::GetStackOutput"], "Gateway", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        (bucket["Fn::GetStackOutput"], "Foundation", "AWS::S3::Bucket"),
    ):
        stack = platform.stacks[name]
        assert (reference["StackName"], reference["Region"]) == (f"{stack.environment}-{name}", home)
        output = stack.template["Outputs"][reference["OutputName"]]
        (producer,) = references(output)
        assert producer in stack.resources(resource_type)
        assert "Export" not in output
    for stack in platform.stacks.values():
        assert not [r for r in stack.template["Resources"] if "ExportsWriter" in r or "ExportsReader" in r]


def test_the_edge_is_deployed_after_what_it_refers_to(artifacts) -> None:
    earlier = {artifacts[f"GatewayTrial-{name}"]["id"] for name in ("Gateway", "Foundation")}
    assert earlier <= set(artifacts["GatewayTrial-Edge"]["dependencies"])


def test_the_origin_is_reached_over_tls_alone_and_under_its_own_name(trial) -> None:
    endpoint = trial.one("Edge", "AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
    assert endpoint["OriginProtocolPolicy"] == "https-only"
    assert endpoint["OriginSSLProtocols"] == ["TLSv1.2"]
    (origin,) = distribution(trial)["Origins"]
    assert origin["DomainName"] == "origin.gateway.example.com"
    assert "CustomOriginConfig" not in origin
    # Managed-AllViewerExceptHostHeader
    policy = distribution(trial)["DefaultCacheBehavior"]["OriginRequestPolicyId"]
    assert policy == "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def test_time_outs_follow_from_the_one_number(trial, brief) -> None:
    for platform, read in ((trial, 120), (brief, 80)):
        config = distribution(platform)["Origins"][0]["VpcOriginConfig"]
        assert (config["OriginReadTimeout"], config["OriginKeepaliveTimeout"]) == (read, 60)
        assert "ResponseCompletionTimeout" not in distribution(platform)["Origins"][0]


def test_every_method_passes_and_nothing_is_cached_or_compressed(trial) -> None:
    behavior = distribution(trial)["DefaultCacheBehavior"]
    assert set(behavior["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # Managed-CachingDisabled
    assert behavior["Compress"] is False
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
    assert "CacheBehaviors" not in distribution(trial)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504])
def test_no_error_is_kept_for_the_next_caller(trial, status: int) -> None:
    kept = {entry["ErrorCode"]: entry for entry in distribution(trial)["CustomErrorResponses"]}
    assert kept[status] == {"ErrorCode": status, "ErrorCachingMinTTL": 0}


def test_it_speaks_http_2_and_3_over_ipv4_and_ipv6(trial) -> None:
    assert distribution(trial)["HttpVersion"] == "http2and3"
    assert distribution(trial)["IPV6Enabled"] is True


def test_answers_carry_the_headers_that_browsers_heed(trial) -> None:
    config = trial.one("Edge", "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    assert config["SecurityHeadersConfig"] == {
        "StrictTransportSecurity": {"AccessControlMaxAgeSec": 63072000, "IncludeSubdomains": True, "Override": True},
        "ContentTypeOptions": {"Override": True},
        "FrameOptions": {"FrameOption": "DENY", "Override": True},
        "ReferrerPolicy": {"ReferrerPolicy": "strict-origin-when-cross-origin", "Override": True},
    }
    reference = distribution(trial)["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]
    assert resource(trial, reference)["Type"] == "AWS::CloudFront::ResponseHeadersPolicy"


def test_a_firewall_stands_before_it_and_closes_what_the_load_balancer_closes(trial, brief) -> None:
    for platform, admin_ui in ((trial, True), (brief, False)):
        closed = [f"Closed{route.name}" for route in closed_routes(admin_ui=admin_ui, docs=False)]
        acl = platform.one("Edge", "AWS::WAFv2::WebACL")
        assert acl["Scope"] == "CLOUDFRONT"
        assert ("ClosedAdminUi" in closed) == (not admin_ui)
        rates = ["SignInsPerAddress", "RatePerAddress"] if admin_ui else ["RatePerAddress"]
        assert [rule["Name"] for rule in acl["Rules"]][: len(closed) + len(rates)] == [*closed, *rates]
        assert resource(platform, distribution(platform)["WebACLId"])["Type"] == "AWS::WAFv2::WebACL"
        assert platform.properties("Edge", "AWS::WAFv2::WebACLAssociation") == []


def test_its_firewalls_log_does_not_take_the_name_of_the_load_balancers(trial) -> None:
    assert (
        trial.one("Edge", "AWS::Logs::LogGroup")["LogGroupName"] == "aws-waf-logs-groundwork-gateway-trial-gateway-edge"
    )


def test_without_an_own_name_the_certificate_is_cloudfronts(trial) -> None:
    assert "Aliases" not in distribution(trial)
    assert "AcmCertificateArn" not in distribution(trial).get("ViewerCertificate", {})
    assert trial.properties("Edge", "AWS::CertificateManager::Certificate") == []
    assert trial.properties("Edge", "AWS::Route53::RecordSet") == []
    url = trial.stacks["Edge"].template["Outputs"]["Url"]["Value"]
    assert resource(trial, url)["Type"] == "AWS::CloudFront::Distribution"


def test_an_own_name_has_a_certificate_of_its_own_and_both_kinds_of_records(edge) -> None:
    assert distribution(edge)["Aliases"] == ["gateway.example.com"]
    certificate = edge.one("Edge", "AWS::CertificateManager::Certificate")
    assert certificate["ValidationMethod"] == "DNS"
    assert certificate["DomainValidationOptions"] == [
        {"DomainName": "gateway.example.com", "HostedZoneId": "Z0123456789ABCDEFGHIJ"}
    ]
    viewer = distribution(edge)["ViewerCertificate"]
    assert (viewer["MinimumProtocolVersion"], viewer["SslSupportMethod"]) == ("TLSv1.2_2021", "sni-only")
    records = edge.properties("Edge", "AWS::Route53::RecordSet")
    assert {r["Type"] for r in records} == {"A", "AAAA"}
    assert {(r["Name"], r["HostedZoneId"]) for r in records} == {("gateway.example.com.", "Z0123456789ABCDEFGHIJ")}
    assert edge.stacks["Edge"].template["Outputs"]["Url"]["Value"] == "https://gateway.example.com"


def test_requests_are_logged_without_what_may_hold_a_key(trial) -> None:
    source, delivery = trial.one("Edge", "AWS::Logs::DeliverySource"), trial.one("Edge", "AWS::Logs::Delivery")
    assert source["LogType"] == "ACCESS_LOGS"
    assert delivery["DeliverySourceName"] == source["Name"]
    assert {"date", "time", "c-ip", "sc-status", "cs-uri-stem"} <= set(delivery["RecordFields"])
    assert not {"cs-uri-query", "cs(Cookie)", "cs(Referer)"} & set(delivery["RecordFields"])


def test_the_bucket_lets_in_the_logs_of_this_distribution_alone(trial) -> None:
    policies = trial.properties("Foundation", "AWS::S3::BucketPolicy")
    statements = [s for policy in policies for s in policy["PolicyDocument"]["Statement"]]
    (statement,) = [s for s in statements if s.get("Sid") == "EdgeLogDelivery"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "s3:PutObject")
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Resource"]["Fn::Join"][1][-1] == f"/AWSLogs/{ACCOUNT}/CloudFront/*"
    name = trial.one("Edge", "AWS::Logs::DeliverySource")["Name"]
    assert statement["Condition"] == {
        "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:delivery-source:{name}"},
    }


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("AWS::CloudFront::Distribution", "AWS::CloudFront::VpcOrigin"),
        ("AWS::CloudFront::Distribution", "AWS::CertificateManager::Certificate"),
        ("AWS::CloudFront::Distribution", "AWS::WAFv2::WebACL"),
        ("AWS::CloudFront::Distribution", "AWS::CloudFront::ResponseHeadersPolicy"),
        ("AWS::Logs::DeliverySource", "AWS::CloudFront::Distribution"),
        ("AWS::Logs::Delivery", "AWS::Logs::DeliverySource"),
        ("AWS::Logs::Delivery", "AWS::Logs::DeliveryDestination"),
        ("AWS::Route53::RecordSet", "AWS::CloudFront::Distribution"),
        ("AWS::WAFv2::LoggingConfiguration", "AWS::WAFv2::WebACL"),
    ],
)
def test_what_another_holds_is_made_before_it_and_deleted_after_it(edge, later: str, earlier: str) -> None:
    assert needs(edge.stacks["Edge"], later, earlier)
    assert not needs(edge.stacks["Edge"], earlier, later)
