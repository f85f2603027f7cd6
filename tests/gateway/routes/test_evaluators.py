"""The evaluators themselves, on rules written for the purpose: a rule that they misread would prove nothing."""

from ipaddress import IPv4Address
from typing import Any

import pytest

from tests.gateway.routes.distribution import ALL_VIEWER, CACHING_DISABLED, OWN_NAME, Distribution
from tests.gateway.routes.load_balancer import LoadBalancer
from tests.gateway.routes.patterns import fits
from tests.gateway.routes.request import Outcome, Request
from tests.gateway.routes.transformations import normalize_path, transform
from tests.gateway.routes.web_acl import WebAcl

CLIENT = IPv4Address("203.0.113.10")
URI = {"FieldToMatch": {"UriPath": {}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}
PREFIX = "AWS::ElasticLoadBalancingV2::"


def request(path: str = "/", **changes: Any) -> Request:
    return Request(**{"host": "a.example.com", "path": path, "client": CLIENT, **changes})


def acl(*rules: dict[str, Any], default: str = "Allow", resources: dict[str, Any] | None = None) -> WebAcl:
    return WebAcl({"Scope": "REGIONAL", "DefaultAction": {default: {}}, "Rules": list(rules)}, resources or {})


def rule(statement: dict[str, Any], action: str = "Block", *, name: str = "One", priority: int = 0) -> dict[str, Any]:
    return {"Name": name, "Priority": priority, "Statement": statement, "Action": {action: {}}}


def managed(overrides: dict[str, str], override: str = "None") -> dict[str, Any]:
    actions = [{"Name": name, "ActionToUse": {action: {}}} for name, action in overrides.items()]
    group = {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", "RuleActionOverrides": actions}
    statement = {"ManagedRuleGroupStatement": group}
    return {"Name": "Common", "Priority": 9, "Statement": statement, "OverrideAction": {override: {}}}


def path_is(text: str, position: str = "EXACTLY") -> dict[str, Any]:
    return {"ByteMatchStatement": {"SearchString": text, "PositionalConstraint": position, **URI}}


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/a/./b//c/../d", "/a/b/d"),
        ("/../../a", "/a"),
        ("../a", "../a"),
        ("/a/", "/a/"),
        ("//", "/"),
        ("/a/..;/b", "/a/..;/b"),
    ],
)
def test_paths_are_normalized_as_waf_says(path: str, normal: str) -> None:
    assert normalize_path(path) == normal


def test_transformations_run_by_priority_and_once() -> None:
    both = [{"Priority": 1, "Type": "NORMALIZE_PATH"}, {"Priority": 0, "Type": "URL_DECODE"}]
    assert transform("/a/%2e%2e/b", both) == "/b"
    assert transform("/%2568", both) == "/%68"
    with pytest.raises(NotImplementedError, match="MD5"):
        transform("a", [{"Priority": 0, "Type": "MD5"}])


def test_rules_run_by_priority_and_the_first_that_ends_it_wins() -> None:
    firewall = acl(
        rule(path_is("/", "STARTS_WITH"), "Block", name="Late", priority=5),
        rule(path_is("/a"), "Allow", name="Early", priority=1),
        rule(path_is("/a"), "Count", name="First", priority=0),
    )
    allowed, blocked = firewall.judge(request("/a")), firewall.judge(request("/b"))
    assert (allowed.blocked, allowed.rule, allowed.counted) == (False, "Early", {"First"})
    assert (blocked.blocked, blocked.rule, blocked.status) == (True, "Late", 403)
    assert acl(default="Block").judge(request()).blocked


@pytest.mark.parametrize(
    ("statement", "matching", "other"),
    [
        ({"NotStatement": {"Statement": path_is("/a")}}, "/b", "/a"),
        ({"AndStatement": {"Statements": [path_is("/a", "STARTS_WITH"), path_is("b", "ENDS_WITH")]}}, "/ab", "/a"),
        ({"OrStatement": {"Statements": [path_is("/a"), path_is("x", "CONTAINS")]}}, "/x/", "/b"),
        ({"SizeConstraintStatement": {"Size": 3, "ComparisonOperator": "GT", **URI}}, "/abc", "/ab"),
        ({"RegexMatchStatement": {"RegexString": "^/a+$", **URI}}, "/aa", "/aab"),
    ],
)
def test_statements_hold_or_not(statement: dict[str, Any], matching: str, other: str) -> None:
    firewall = acl(rule(statement))
    assert firewall.judge(request(matching)).blocked
    assert not firewall.judge(request(other)).blocked


def test_sets_of_addresses_and_labels_are_followed() -> None:
    resources = {"Set": {"Type": "AWS::WAFv2::IPSet", "Properties": {"Addresses": ["203.0.113.0/24"]}}}
    statement = {"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": ["Set", "Arn"]}}}
    labelled = {**rule(statement, "Count"), "RuleLabels": [{"Name": "ours"}]}
    seen = rule({"LabelMatchStatement": {"Scope": "LABEL", "Key": "ours"}}, name="Two", priority=1)
    firewall = acl(labelled, seen, resources=resources)
    assert firewall.judge(request()).rule == "Two"
    assert not firewall.judge(request(client=IPv4Address("198.51.100.1"))).blocked


def test_a_rate_counts_what_lies_in_its_window_and_below_its_path() -> None:
    body = {
        "AggregateKeyType": "IP",
        "Limit": 10,
        "EvaluationWindowSec": 60,
        "ScopeDownStatement": path_is("/a", "STARTS_WITH"),
    }
    firewall = acl(rule({"RateBasedStatement": body}))
    assert [firewall.judge(request("/a", at=i)).blocked for i in range(12)] == [False] * 10 + [True] * 2
    assert not firewall.judge(request("/b", at=12)).blocked
    assert not firewall.judge(request("/a", at=100)).blocked


@pytest.mark.parametrize("statement", [{"GeoMatchStatement": {}}, {"SqliMatchStatement": {}}])
def test_what_is_not_modelled_raises(statement: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedError, match=next(iter(statement))):
        acl(rule(statement)).judge(request())


def test_managed_rules_block_unless_our_template_lets_them_count() -> None:
    attack = request(method="POST", body=b"<script>", headers={"user-agent": "a"})
    assert acl(managed({})).judge(attack).rule == "CrossSiteScripting_BODY"
    counting = acl(managed({"CrossSiteScripting_BODY": "Count"})).judge(attack)
    assert (counting.blocked, counting.counted) == (False, {"CrossSiteScripting_BODY"})
    assert acl(managed({}, "Count")).judge(attack).counted == {"CrossSiteScripting_BODY"}
    with pytest.raises(ValueError, match="CrossSiteScripting_BDY"):
        acl(managed({"CrossSiteScripting_BDY": "Count"})).judge(attack)


def test_only_the_beginning_of_a_body_is_inspected() -> None:
    firewall = acl(managed({"SizeRestrictions_BODY": "Count"}))
    late = request(body=b"a" * 9000 + b"<script>", headers={"user-agent": "a"})
    assert firewall.judge(late).counted == {"SizeRestrictions_BODY"}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/a/*", "/a/", True),
        ("/a/*", "/a/b/c", True),
        ("/a/*", "/a", False),
        ("/a?", "/ab", True),
        ("/a?", "/a", False),
        ("/a", "/A", False),
        ("/a.b", "/acb", False),
        ("/[ab]", "/a", False),
        ("/a/*", "/a/\n", True),
    ],
)
def test_wildcards(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


def balancer(*rules: dict[str, Any]) -> LoadBalancer:
    status = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
    listener = {"Port": 443, "Protocol": "HTTPS", "DefaultActions": [status]}
    found = {"Https": {"Type": f"{PREFIX}Listener", "Properties": listener}}
    for index, one in enumerate(rules):
        found[f"Rule{index}"] = {"Type": f"{PREFIX}ListenerRule", "Properties": {"ListenerArn": {"Ref": "Https"}} | one}
    return LoadBalancer(found)


def test_a_listener_takes_the_first_rule_of_which_every_condition_holds() -> None:
    host = {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}}
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b/*"]}}
    forward, gone = {"Type": "forward"}, {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = balancer(
        {"Priority": 20, "Conditions": [host], "Actions": [forward]},
        {"Priority": 3, "Conditions": [host, path], "Actions": [gone]},
    )
    assert str(listener.answer(request("/a"))) == "404 listener"
    assert str(listener.answer(request("/A", host="B.EXAMPLE.com:443"))) == "container"
    assert str(listener.answer(request("/a", host="example.com"))) == "403 listener"
    strange = {"Priority": 1, "Conditions": [{"Field": "query-string"}], "Actions": [forward]}
    with pytest.raises(NotImplementedError, match="query-string"):
        balancer(strange).answer(request())


def distribution(**behavior: Any) -> Distribution:
    default = {
        "TargetOriginId": "o",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": ["GET", "HEAD"],
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_VIEWER,
    } | behavior
    origin = {"Id": "o", "DomainName": "origin.example.com", "VpcOriginConfig": {}}
    config = {"Origins": [origin], "DefaultCacheBehavior": default, "Aliases": ["a.example.com"]}
    return Distribution({"D": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}}})


def test_a_distribution_takes_its_names_methods_and_protocols_only() -> None:
    passed = distribution().answer(request())
    assert isinstance(passed, Request)
    assert passed.host == "a.example.com"  # what ALL_VIEWER means, and ours must not
    assert isinstance(distribution().answer(request(host=OWN_NAME)), Request)
    for refused in (request(host="b.example.com"), request(method="POST"), request(scheme="http")):
        assert distribution().answer(refused) == Outcome(by="distribution", status=403)
    with pytest.raises(NotImplementedError, match="cache"):
        distribution(CachePolicyId="658327ea-f89d-4fab-a63d-7e88639e58f6").answer(request())
