"""A distribution with a VPC origin, in front of a load balancer that is deployed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from operations.local.entry import Entry, distribution_entry
from tests.deploy.gateways import Gateway

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
_STACK = "edge"
_WAIT = {"Delay": 0.2, "MaxAttempts": 50}


@contextmanager
def distribution(gateway: Gateway, *, load_balancer_arn: str, origin_name: str) -> Iterator[Entry]:
    """Make it in a stack of its own, and delete it at the end of the block."""
    stacks = gateway.aws("cloudformation")
    stacks.create_stack(StackName=_STACK, TemplateBody=json.dumps(_template(load_balancer_arn, origin_name)))
    try:
        stacks.get_waiter("stack_create_complete").wait(StackName=_STACK, WaiterConfig=_WAIT)
        (output,) = stacks.describe_stacks(StackName=_STACK)["Stacks"][0]["Outputs"]
        yield distribution_entry(gateway.engine, domain_name=output["OutputValue"])
    finally:
        stacks.delete_stack(StackName=_STACK)
        stacks.get_waiter("stack_delete_complete").wait(StackName=_STACK, WaiterConfig=_WAIT)


def _template(load_balancer_arn: str, origin_name: str) -> dict[str, Any]:
    endpoint = {"Name": "gateway", "Arn": load_balancer_arn, "OriginProtocolPolicy": "https-only"}
    origin = {
        "Id": "gateway",
        "DomainName": origin_name,
        "VpcOriginConfig": {"VpcOriginId": {"Ref": "Origin"}, "OriginReadTimeout": 10},
    }
    behavior = {
        "TargetOriginId": "gateway",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_VIEWER_EXCEPT_HOST_HEADER,
    }
    config = {"Enabled": True, "Origins": [origin], "DefaultCacheBehavior": behavior}
    return {
        "Resources": {
            "Origin": {"Type": "AWS::CloudFront::VpcOrigin", "Properties": {"VpcOriginEndpointConfig": endpoint}},
            "Edge": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}},
        },
        "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Edge", "DomainName"]}}},
    }
