"""Keeps a later deployment from taking the head away unseen.

CloudFormation still knows the configuration from before the switch: a deployment that changes the endpoint would go
back to it. The policy of its stack denies changes of the endpoint, so that such a deployment fails and says so.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
"""

import json
from typing import Any

from model_optimization.job import Switch

_OPEN = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}


def protect(switch: Switch, cloudformation: Any) -> None:
    """Deny changes of the endpoint; what else the policy says stays."""
    deny = {
        "Effect": "Deny",
        "Action": "Update:*",
        "Principal": "*",
        "Resource": f"LogicalResourceId/{switch.resource}",
    }
    found = cloudformation.get_stack_policy(StackName=switch.stack).get("StackPolicyBody")
    policy: dict[str, Any] = json.loads(found) if found else {"Statement": [_OPEN]}
    if deny not in policy["Statement"]:
        policy["Statement"].append(deny)
        cloudformation.set_stack_policy(StackName=switch.stack, StackPolicyBody=json.dumps(policy))
