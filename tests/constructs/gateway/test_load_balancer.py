"""The ways in: listeners, firewall and DNS; tests/gateway/routes sends requests through them."""


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


def test_answers_carry_the_headers_that_browsers_heed(public) -> None:
    attributes = {a["Key"].split(".")[-2]: a["Value"] for a in listener(public, 443)["ListenerAttributes"]}
    assert attributes == {
        "server": "false",
        "strict_transport_security": "max-age=63072000; includeSubDomains",
        "x_content_type_options": "nosniff",
        "x_frame_options": "DENY",
    }


def test_who_may_connect_follows_the_exposure(public, private) -> None:
    for platform, scheme, sources in (
        (public, "internet-facing", {"0.0.0.0/0"}),
        (private, "internal", {"10.0.0.0/8"}),
    ):
        assert platform.one("Gateway", "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == scheme
        groups = platform.properties("Gateway", "AWS::EC2::SecurityGroup")
        inline = [rule for group in groups for rule in group.get("SecurityGroupIngress", [])]
        assert {(rule["CidrIp"], rule["FromPort"]) for rule in inline} == {(s, p) for s in sources for p in (80, 443)}


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
    assert group["LogGroupName"] == "aws-waf-logs-groundwork-public-gateway"


def test_the_firewall_counts_what_prompts_look_like_and_blocks_the_rest(public) -> None:
    acl = public.one("Gateway", "AWS::WAFv2::WebACL")
    by_name = {rule["Name"]: rule for rule in acl["Rules"]}
    assert [rule["Priority"] for rule in acl["Rules"]] == list(range(len(acl["Rules"])))
    rate = by_name["RatePerAddress"]
    assert rate["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 2000,
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


def test_the_name_is_entered_where_its_callers_ask(public, private) -> None:
    assert public.properties("Gateway", "AWS::Route53::HostedZone") == []
    record = public.one("Gateway", "AWS::Route53::RecordSet")
    assert (record["Name"], record["HostedZoneId"]) == ("gateway.example.com.", "Z0123456789ABCDEFGHIJ")
    zone = private.one("Gateway", "AWS::Route53::HostedZone")
    assert zone["Name"] == "internal.example.com."
    assert len(zone["VPCs"]) == 1
    assert private.one("Gateway", "AWS::Route53::RecordSet")["Name"] == "gateway.internal.example.com."
