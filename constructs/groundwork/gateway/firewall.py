"""The web application firewall in front of the gateway."""

from collections.abc import Sequence
from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from groundwork.gateway.routes import Closed

# Rules that look into the body. A prompt may hold a script, a path, a URL or an exploit that somebody asks about, and
# is longer than what these rules expect: they count, and the log shows what they saw.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html, read 2026-11-23
COUNTED_IN_COMMON = (
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "NoUserAgent_HEADER",
    "SizeRestrictions_BODY",
)
COUNTED_IN_BAD_INPUTS = ("JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY")
REDACTED_HEADERS = (
    "api-key",
    "authorization",
    "cookie",
    "x-api-key",
    "x-goog-api-key",
    "x-litellm-api-key",
    "x-litellm-key",
)
"""Headers that carry a key, in any of the client libraries' ways."""

SIGN_IN_PATHS = r"^/((v[23]|fallback)/)?login/?\s*$"
SIGN_INS_PER_5_MINUTES = 100
"""Calls of the paths above that one address may make in 5 minutes: they take a password, which is the master key."""


class Firewall(Construct):
    """Closed paths, a rate per address, and AWS's lists of bad addresses, bad inputs and common attacks; logged."""

    arn: str

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        web_scope: Literal["REGIONAL", "CLOUDFRONT"],
        closed: Sequence[Closed],
        requests_per_5_minutes: int,
        key: kms.IKey,
        retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
    ) -> None:
        """
        Args:
            environment: the environment's name; part of the log group's name.
            web_scope: REGIONAL for a load balancer; CLOUDFRONT for a distribution, then in us-east-1.
            closed: the paths that nobody reaches from outside, in whatever spelling.
            requests_per_5_minutes: requests that one address may make in any 5 minutes, 10 or more.
            key: encrypts the log; its policy must let CloudWatch Logs use it.
            retention: how long the log is kept.
        """
        super().__init__(scope, construct_id)
        admin_ui = "AdminUi" not in {route.name for route in closed}
        rules = [
            *(self._close(route) for route in closed),
            *([_rate("SignInsPerAddress", SIGN_INS_PER_5_MINUTES, path=SIGN_IN_PATHS)] if admin_ui else []),
            _rate("RatePerAddress", requests_per_5_minutes),
            _managed("AWSManagedRulesAmazonIpReputationList"),
            _managed("AWSManagedRulesKnownBadInputsRuleSet", counted=COUNTED_IN_BAD_INPUTS),
            _managed("AWSManagedRulesCommonRuleSet", counted=COUNTED_IN_COMMON),
        ]
        acl = wafv2.CfnWebACL(
            self,
            "WebAcl",
            scope=web_scope,
            description="What may reach the gateway",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("Gateway"),
            rules=[wafv2.CfnWebACL.RuleProperty(priority=priority, **rule) for priority, rule in enumerate(rules)],
        )
        self.arn = acl.attr_arn
        # In us-east-1 a distribution and a load balancer may each have one.
        place = "gateway-edge" if web_scope == "CLOUDFRONT" else "gateway"
        self._log(f"{environment}-{place}", key, retention)

    def protect(self, construct_id: str, resource_arn: str) -> None:
        """Put the firewall in front of a load balancer."""
        wafv2.CfnWebACLAssociation(self, construct_id, web_acl_arn=self.arn, resource_arn=resource_arn)

    def _close(self, route: Closed) -> dict[str, object]:
        # The listener compares the path as it was sent; the container decodes it first: `/%68ealth` passes the one
        # and is served by the other. The container does not normalize: it serves `/metrics` at `/metrics/../v1/models`.
        # So this compares what the container will see, and that without detours, in case a hop removes them.
        statement = wafv2.CfnWebACL.StatementProperty(
            or_statement=wafv2.CfnWebACL.OrStatementProperty(
                statements=[
                    _path_matches(route.regex, "URL_DECODE"),
                    _path_matches(route.regex, "URL_DECODE", "NORMALIZE_PATH"),
                ]
            )
        )
        return _rule(f"Closed{route.name}", statement=statement, block=404)

    def _log(self, name: str, key: kms.IKey, retention: logs.RetentionDays) -> None:
        group = logs.LogGroup(
            self,
            "Log",
            # The service demands the prefix.
            log_group_name=f"aws-waf-logs-groundwork-{name}",
            encryption_key=key,
            retention=retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        redacted = [
            wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": name})
            for name in REDACTED_HEADERS
        ]
        # Gemini's clients send their key as `?key=`.
        redacted.append(wafv2.CfnLoggingConfiguration.FieldToMatchProperty(query_string={}))
        logging = wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.arn,
            log_destination_configs=[
                cdk.Stack.of(self).format_arn(
                    service="logs",
                    resource="log-group",
                    resource_name=group.log_group_name,
                    arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            redacted_fields=redacted,
            # What is let in stands in the access log; here is what a rule stopped, or would have.
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        "Conditions": [
                            {"ActionCondition": {"Action": action}}
                            for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                        ],
                    }
                ],
            },
        )
        logging.node.add_dependency(group)


def _path_matches(regex: str, *transformations: str) -> wafv2.CfnWebACL.StatementProperty:
    return wafv2.CfnWebACL.StatementProperty(
        regex_match_statement=wafv2.CfnWebACL.RegexMatchStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
            regex_string=regex,
            text_transformations=[
                wafv2.CfnWebACL.TextTransformationProperty(priority=priority, type=kind)
                for priority, kind in enumerate(transformations)
            ],
        )
    )


def _rate(name: str, limit: int, *, path: str | None = None) -> dict[str, object]:
    statement = wafv2.CfnWebACL.StatementProperty(
        rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
            aggregate_key_type="IP",
            limit=limit,
            evaluation_window_sec=300,
            scope_down_statement=_path_matches(path, "URL_DECODE") if path else None,
        )
    )
    return _rule(name, statement=statement, block=429)


def _rule(name: str, *, statement: wafv2.CfnWebACL.StatementProperty, block: int) -> dict[str, object]:
    response = wafv2.CfnWebACL.CustomResponseProperty(response_code=block)
    action = wafv2.CfnWebACL.RuleActionProperty(block=wafv2.CfnWebACL.BlockActionProperty(custom_response=response))
    return {"name": name, "statement": statement, "action": action, "visibility_config": _visible(name)}


def _managed(name: str, *, counted: Sequence[str] = ()) -> dict[str, object]:
    count = wafv2.CfnWebACL.RuleActionProperty(count={})
    statement = wafv2.CfnWebACL.StatementProperty(
        managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
            vendor_name="AWS",
            name=name,
            rule_action_overrides=[
                wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count) for rule in counted
            ]
            or None,
        )
    )
    action = wafv2.CfnWebACL.OverrideActionProperty(none={})
    return {"name": name, "statement": statement, "override_action": action, "visibility_config": _visible(name)}


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
