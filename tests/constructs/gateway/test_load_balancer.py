"""The ways in: listeners, firewall and DNS; tests/gateway/routes sends requests through them."""

import re

from tests.constructs.gateway.conftest import CERTIFICATE


def listener(platform, port: int) -> dict:
    listed = platform.properties("Gateway", "AWS::ElasticLoadBalancingV2::Listener")
    return next(one for one in listed if one["Port"] == port)


def test_plain_http_is_only_redirected(public, private) -> None:
    for platform in (public, private):
        (action,) = listener(platform, 80)["DefaultActions"]
        assert action["Type"] == "redirect"
        assert action["RedirectConfig"] == {"Port": "443", "Protocol": "HTTPS", "StatusCode": "HTTP_301"}


def test_https_takes_modern_tls_only(public) -> None:
    https = listener(public, 443)
    assert https["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2")
    assert len(https["Certificates"]) == 1


def test_the_certificate_is_issued_by_the_named_authority_or_given(public, private, unprotected) -> None:
    kind = "AWS::CertificateManager::Certificate"
    issued = public.one("Gateway", kind)
    assert (issued["DomainName"], issued["ValidationMethod"]) == ("gateway.example.com", "DNS")
    assert issued["DomainValidationOptions"][0]["HostedZoneId"] == "Z0123456789ABCDEFGHIJ"
    internal = private.one("Gateway", kind)
    assert internal["DomainName"] == "gateway.internal.example.com"
    assert internal["CertificateAuthorityArn"].startswith("arn:aws:acm-pca:ca-central-1:111122223333:")
    assert unprotected.properties("Gateway", kind) == []
    assert listener(unprotected, 443)["Certificates"] == [{"CertificateArn": CERTIFICATE}]


def test_answers_carry_the_headers_that_browsers_heed(public) -> None:
    attributes = {a["Key"].split(".")[-2]: a["Value"] for a in listener(public, 443)["ListenerAttributes"]}
    assert attributes == {
        "server": "false",
        "strict_transport_security": "max-age=63072000; includeSubDomains",
        "x_content_type_options": "nosniff",
        "x_frame_options": "DENY",
    }


def test_who_may_connect_follows_the_exposure(public, private, unprotected) -> None:
    for platform, scheme, source in (
        (public, "internet-facing", "198.51.100.0/24"),
        (unprotected, "internet-facing", "0.0.0.0/0"),
        (private, "internal", "10.0.0.0/8"),
    ):
        assert platform.one("Gateway", "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == scheme
        groups = platform.properties("Gateway", "AWS::EC2::SecurityGroup")
        inline = [rule for group in groups for rule in group.get("SecurityGroupIngress", [])]
        assert {(rule["CidrIp"], rule["FromPort"]) for rule in inline} == {(source, 80), (source, 443)}


def test_behind_cloudfront_it_is_internal_and_speaks_tls_alone(trial, edge) -> None:
    for platform in (trial, edge):
        assert platform.one("Gateway", "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == "internal"
        assert platform.one("Gateway", "AWS::ElasticLoadBalancingV2::Listener")["Port"] == 443


def test_requests_are_logged_by_load_balancer_and_firewall_without_keys(public) -> None:
    attributes = public.one("Gateway", "AWS::ElasticLoadBalancingV2::LoadBalancer")["LoadBalancerAttributes"]
    values = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert values["access_logs.s3.enabled"] == "true"
    assert values["routing.http.drop_invalid_header_fields.enabled"] == "true"
    logging = public.one("Gateway", "AWS::WAFv2::LoggingConfiguration")
    headers = {field["SingleHeader"]["Name"] for field in logging["RedactedFields"] if "SingleHeader" in field}
    assert {"authorization", "x-api-key", "api-key", "x-litellm-api-key", "x-goog-api-key"} <= headers
    assert {"QueryString": {}} in logging["RedactedFields"]
    group = next(g for g in public.properties("Gateway", "AWS::Logs::LogGroup") if "LogGroupName" in g)
    assert group["LogGroupName"] == "aws-waf-logs-groundwork-gateway-public-gateway"


def test_the_firewall_counts_what_prompts_look_like_and_blocks_the_rest(public) -> None:
    acl = public.one("Gateway", "AWS::WAFv2::WebACL")
    by_name = {rule["Name"]: rule for rule in acl["Rules"]}
    assert [rule["Priority"] for rule in acl["Rules"]] == list(range(len(acl["Rules"])))
    rate = by_name["RatePerAddress"]
    assert rate["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 10_000,
    }
    assert rate["Action"] == {"Block": {"CustomResponse": {"ResponseCode": 429}}}
    managed = {n: r["Statement"]["ManagedRuleGroupStatement"] for n, r in by_name.items() if n.startswith("AWS")}
    assert set(managed) == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    assert all(by_name[name]["OverrideAction"] == {"None": {}} for name in managed)
    counted = {o["Name"] for o in managed["AWSManagedRulesCommonRuleSet"]["RuleActionOverrides"]}
    assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY"} <= counted
    assert "RuleActionOverrides" not in managed["AWSManagedRulesAmazonIpReputationList"]
    association = public.one("Gateway", "AWS::WAFv2::WebACLAssociation")
    assert set(association) == {"ResourceArn", "WebACLArn"}


def test_the_name_is_entered_where_its_callers_ask(public, private, trial, edge) -> None:
    assert public.properties("Gateway", "AWS::Route53::HostedZone") == []
    record = public.one("Gateway", "AWS::Route53::RecordSet")
    assert (record["Name"], record["HostedZoneId"]) == ("gateway.example.com.", "Z0123456789ABCDEFGHIJ")
    zone = private.one("Gateway", "AWS::Route53::HostedZone")
    assert zone["Name"] == "gateway.internal.example.com."
    assert len(zone["VPCs"]) == 1
    assert private.one("Gateway", "AWS::Route53::RecordSet")["Name"] == "gateway.internal.example.com."
    for platform in (trial, edge):  # CloudFront finds the load balancer by the origin's id
        assert platform.properties("Gateway", "AWS::Route53::RecordSet") == []


def test_a_first_deployment_that_fails_can_take_it_away_again(public) -> None:
    attributes = public.one("Gateway", "AWS::ElasticLoadBalancingV2::LoadBalancer")["LoadBalancerAttributes"]
    assert {a["Key"]: a["Value"] for a in attributes}.get("deletion_protection.enabled", "false") == "false"


def test_another_scheme_brings_another_target_group(public, private) -> None:
    kind = "AWS::ElasticLoadBalancingV2::TargetGroup"
    names = [
        [key for key, each in platform.stacks["Gateway"].template["Resources"].items() if each["Type"] == kind]
        for platform in (public, private)
    ]
    assert names[0] != names[1]


def test_a_task_outlives_a_fail_over_of_the_database(public) -> None:
    group = public.one("Gateway", "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert group["HealthCheckIntervalSeconds"] * group["UnhealthyThresholdCount"] > 120


def test_signing_in_is_tried_rarely_where_it_is_open(private) -> None:
    rules = {rule["Name"]: rule for rule in private.one("Gateway", "AWS::WAFv2::WebACL")["Rules"]}
    rate = rules["SignInsPerAddress"]["Statement"]["RateBasedStatement"]
    pattern = rate["ScopeDownStatement"]["RegexMatchStatement"]["RegexString"]
    assert rate["Limit"] == 100
    assert all(re.search(pattern, path) for path in ("/login", "/v2/login", "/v3/login/", "/fallback/login"))
    assert not any(re.search(pattern, path) for path in ("/v1/models", "/login/x", "/sso/login"))
