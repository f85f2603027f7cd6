"""CloudFront in front of the gateway, as the templates have it."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

import app as platform_app
from operations.local.assembly import read_environment
from tests.constructs.gateway.edge_app import ACCOUNT, DEFAULT_NAME, HOME, ORIGIN, OWN_NAME, build
from tests.constructs.gateway.edge_templates import distribution, needs, of_type, one, references

EDGE_VARIANTS = (DEFAULT_NAME, OWN_NAME)


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    app = cdk.App(context=platform_app.context(), outdir=str(tmp_path_factory.mktemp("edge")))
    build(app, *EDGE_VARIANTS)
    return Path(app.synth().directory)


@pytest.fixture(scope="module")
def templates(assembly: Path) -> dict[str, dict[str, Any]]:
    """Templates by variant and stack."""
    return {
        variant.name: {
            stack.name.rsplit("-", 1)[1]: json.loads(stack.template.read_text())
            for stack in read_environment(assembly=assembly, name=variant.name).stacks
        }
        for variant in EDGE_VARIANTS
    }


@pytest.fixture(scope="module")
def default(templates) -> dict[str, Any]:
    """The edge with CloudFront's own name."""
    return templates[DEFAULT_NAME.name]["Edge"]


@pytest.fixture(scope="module")
def domain(templates) -> dict[str, Any]:
    """The edge with a name of its own."""
    return templates[OWN_NAME.name]["Edge"]


def test_the_edge_is_in_us_east_1_and_the_rest_at_home(assembly: Path) -> None:
    environments = {
        artifact["properties"].get("stackName"): artifact["environment"]
        for manifest in assembly.glob("*/manifest.json")
        for artifact in json.loads(manifest.read_text())["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    assert environments["Edge-Edge"] == f"aws://{ACCOUNT}/us-east-1"
    assert environments["Edge-Home"] == f"aws://{ACCOUNT}/{HOME}"


def test_the_load_balancer_and_the_bucket_of_the_home_region_are_weak_references(templates, default) -> None:
    load_balancer = one(default, "AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]["Arn"]["Fn::GetStackOutput"]
    bucket = one(default, "AWS::Logs::DeliveryDestination")["DestinationResourceArn"]["Fn::GetStackOutput"]
    for reference, stack, resource_type in (
        (load_balancer, "Home", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        (bucket, "Foundation", "AWS::S3::Bucket"),
    ):
        assert (reference["StackName"], reference["Region"]) == (f"Edge-{stack}", HOME)
        template = templates["edge"][stack]
        (output,) = references(template["Outputs"][reference["OutputName"]])
        assert template["Resources"][output]["Type"] == resource_type
        assert "Export" not in template["Outputs"][reference["OutputName"]]
    for template in templates["edge"].values():
        assert not [r for r in template["Resources"] if "ExportsWriter" in r or "ExportsReader" in r]


def test_the_edge_is_deployed_after_what_it_refers_to(assembly: Path) -> None:
    manifest = json.loads((assembly / "assembly-Edge" / "manifest.json").read_text())
    by_name = {
        a["properties"].get("stackName"): (key, a.get("dependencies", []))
        for key, a in manifest["artifacts"].items()
        if a["type"] == "aws:cloudformation:stack"
    }
    assert {by_name["Edge-Home"][0], by_name["Edge-Foundation"][0]} <= set(by_name["Edge-Edge"][1])


def test_the_origin_is_reached_over_tls_alone_and_under_its_own_name(default) -> None:
    endpoint = one(default, "AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
    assert endpoint["OriginProtocolPolicy"] == "https-only"
    assert endpoint["OriginSSLProtocols"] == ["TLSv1.2"]
    (origin,) = distribution(default)["Origins"]
    assert origin["DomainName"] == ORIGIN
    assert "CustomOriginConfig" not in origin
    # Managed-AllViewerExceptHostHeader
    policy = distribution(default)["DefaultCacheBehavior"]["OriginRequestPolicyId"]
    assert policy == "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def test_time_outs_follow_from_the_one_number(default, domain) -> None:
    for template, read in ((default, 120), (domain, 80)):
        config = distribution(template)["Origins"][0]["VpcOriginConfig"]
        assert (config["OriginReadTimeout"], config["OriginKeepaliveTimeout"]) == (read, 60)
        assert "ResponseCompletionTimeout" not in distribution(template)["Origins"][0]


def test_every_method_passes_and_nothing_is_cached_or_compressed(default) -> None:
    behavior = distribution(default)["DefaultCacheBehavior"]
    assert set(behavior["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # Managed-CachingDisabled
    assert behavior["Compress"] is False
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
    assert "CacheBehaviors" not in distribution(default)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504])
def test_no_error_is_kept_for_the_next_caller(default, status: int) -> None:
    kept = {entry["ErrorCode"]: entry for entry in distribution(default)["CustomErrorResponses"]}
    assert kept[status] == {"ErrorCode": status, "ErrorCachingMinTTL": 0}


def test_it_speaks_http_2_and_3_over_ipv4_and_ipv6(default) -> None:
    assert distribution(default)["HttpVersion"] == "http2and3"
    assert distribution(default)["IPV6Enabled"] is True


def test_answers_carry_the_headers_that_browsers_heed(default) -> None:
    config = one(default, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    assert config["SecurityHeadersConfig"] == {
        "StrictTransportSecurity": {"AccessControlMaxAgeSec": 63072000, "IncludeSubdomains": True, "Override": True},
        "ContentTypeOptions": {"Override": True},
        "FrameOptions": {"FrameOption": "DENY", "Override": True},
        "ReferrerPolicy": {"ReferrerPolicy": "strict-origin-when-cross-origin", "Override": True},
    }
    (name,) = references(distribution(default)["DefaultCacheBehavior"]["ResponseHeadersPolicyId"])
    assert default["Resources"][name]["Type"] == "AWS::CloudFront::ResponseHeadersPolicy"


def test_a_firewall_stands_before_it_and_closes_what_the_load_balancer_closes(default, domain) -> None:
    for template, closed in (
        (default, ["ClosedInternal", "ClosedDocs"]),
        (domain, ["ClosedInternal", "ClosedAdminUi", "ClosedDocs"]),
    ):
        acl = one(template, "AWS::WAFv2::WebACL")
        assert acl["Scope"] == "CLOUDFRONT"
        assert [rule["Name"] for rule in acl["Rules"]][: len(closed) + 1] == [*closed, "RatePerAddress"]
        (name,) = references(distribution(template)["WebACLId"])
        assert template["Resources"][name]["Type"] == "AWS::WAFv2::WebACL"
        assert of_type(template, "AWS::WAFv2::WebACLAssociation") == []


def test_its_firewalls_log_does_not_take_the_name_of_the_load_balancers(default) -> None:
    assert one(default, "AWS::Logs::LogGroup")["LogGroupName"] == "aws-waf-logs-groundwork-edge-gateway-edge"


def test_without_an_own_name_the_certificate_is_cloudfronts(default) -> None:
    assert "Aliases" not in distribution(default)
    assert "AcmCertificateArn" not in distribution(default).get("ViewerCertificate", {})
    assert of_type(default, "AWS::CertificateManager::Certificate") == []
    assert of_type(default, "AWS::Route53::RecordSet") == []
    (name,) = references(default["Outputs"]["Url"]["Value"])
    assert default["Resources"][name]["Type"] == "AWS::CloudFront::Distribution"


def test_an_own_name_has_a_certificate_of_its_own_and_both_kinds_of_records(domain) -> None:
    assert distribution(domain)["Aliases"] == ["gateway.example.com"]
    certificate = one(domain, "AWS::CertificateManager::Certificate")
    assert certificate["ValidationMethod"] == "DNS"
    assert certificate["DomainValidationOptions"] == [
        {"DomainName": "gateway.example.com", "HostedZoneId": "Z0123456789ABCDEFGHIJ"}
    ]
    viewer = distribution(domain)["ViewerCertificate"]
    assert (viewer["MinimumProtocolVersion"], viewer["SslSupportMethod"]) == ("TLSv1.2_2021", "sni-only")
    records = [r["Properties"] for r in of_type(domain, "AWS::Route53::RecordSet")]
    assert {r["Type"] for r in records} == {"A", "AAAA"}
    assert {(r["Name"], r["HostedZoneId"]) for r in records} == {("gateway.example.com.", "Z0123456789ABCDEFGHIJ")}
    assert domain["Outputs"]["Url"]["Value"] == "https://gateway.example.com"


def test_requests_are_logged_without_what_may_hold_a_key(default) -> None:
    source, delivery = one(default, "AWS::Logs::DeliverySource"), one(default, "AWS::Logs::Delivery")
    assert source["LogType"] == "ACCESS_LOGS"
    assert delivery["DeliverySourceName"] == source["Name"]
    assert {"date", "time", "c-ip", "sc-status", "cs-uri-stem"} <= set(delivery["RecordFields"])
    assert not {"cs-uri-query", "cs(Cookie)", "cs(Referer)"} & set(delivery["RecordFields"])


def test_the_bucket_lets_in_the_logs_of_this_distribution_alone(templates, default) -> None:
    policies = of_type(templates["edge"]["Foundation"], "AWS::S3::BucketPolicy")
    statements = [s for policy in policies for s in policy["Properties"]["PolicyDocument"]["Statement"]]
    (statement,) = [s for s in statements if s.get("Sid") == "EdgeLogDelivery"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "s3:PutObject")
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Resource"]["Fn::Join"][1][-1] == f"/AWSLogs/{ACCOUNT}/CloudFront/*"
    name = one(default, "AWS::Logs::DeliverySource")["Name"]
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
def test_what_another_holds_is_made_before_it_and_deleted_after_it(domain, later: str, earlier: str) -> None:
    assert needs(domain, later, earlier)
    assert not needs(domain, earlier, later)
