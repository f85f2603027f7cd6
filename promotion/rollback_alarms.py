"""The alarms that roll a deployment back: found in the templates, named by what is deployed."""

import json
from collections.abc import Iterator

from botocore.exceptions import ClientError

from operations.local.assembly import AssemblyStack, Environment
from promotion.account import Account, is_missing
from promotion.errors import PromotionError
from promotion.pipeline import MOST_ALARMS

_TYPE = "AWS::CloudWatch::Alarm"


def rollback_alarms(
    environment: Environment, account: Account, *, region: str, wanted: tuple[str, ...] | None
) -> list[str]:
    """The ARNs of the alarms of a Region that exist already; before the first deployment there are none.

    Args:
        environment: of the assembly.
        account: where to look.
        region: whose stacks are about to be deployed.
        wanted: construct paths without the stage; None takes the first five.

    Raises:
        PromotionError: a wanted path is no alarm of the assembly.
    """
    there = {path: (stack, logical_id) for stack in environment.stacks for path, logical_id in _alarms(stack)}
    for path in wanted or ():
        if path not in there:
            known = ", ".join(sorted(there)) or "none"
            raise PromotionError(f"rollback_alarms: {environment.stage} has no alarm {path}; there are: {known}")
    chosen = [there[path] for path in (there if wanted is None else wanted)]
    found: list[str] = []
    for stack, logical_id in chosen:
        if stack.region == region and len(found) < MOST_ALARMS and (name := _deployed(stack, logical_id, account)):
            found.append(f"arn:aws:cloudwatch:{region}:{stack.account}:alarm:{name}")
    return found


def _alarms(stack: AssemblyStack) -> Iterator[tuple[str, str]]:
    resources = json.loads(stack.template.read_text("utf-8")).get("Resources", {})
    for logical_id, resource in resources.items():
        if resource["Type"] == _TYPE:
            path = stack.construct_path_of(logical_id) or f"{stack.construct_path}/{logical_id}"
            yield path.partition("/")[2].removesuffix("/Resource"), logical_id


def _deployed(stack: AssemblyStack, logical_id: str, account: Account) -> str:
    cloudformation = account.reader("cloudformation", stack.region)
    try:
        answer = cloudformation.describe_stack_resource(StackName=stack.name, LogicalResourceId=logical_id)
    except ClientError as error:
        if is_missing(error):
            return ""
        raise PromotionError(f"Alarm {logical_id} of {stack.name} cannot be looked up: {error}") from None
    return answer["StackResourceDetail"].get("PhysicalResourceId", "")
