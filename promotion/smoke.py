"""Whether an environment works after its deployment: stacks complete, no alarm rings, its pages answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from botocore.exceptions import ClientError
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from operations.local.assembly import AssemblyStack, Environment
from promotion.account import Account, is_missing
from promotion.errors import PromotionError
from promotion.pipeline import SmokeTest, Stage
from promotion.rollback_alarms import rollback_alarms

_COMPLETE = ("CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE")
_PAUSE = 5.0
_ANSWER = 10.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One thing that was looked at."""

    subject: str
    passed: bool
    found: str


def smoke(environment: Environment, account: Account, *, stage: Stage, timeout: float) -> list[Outcome]:
    """Look at everything; `timeout` in seconds is for each page, which may need a moment after a deployment."""
    outputs: dict[str, dict[str, str]] = {}
    found: list[Outcome] = []
    for stack in environment.stacks:
        description = _describe(stack, account)
        status = description.get("StackStatus", "not deployed")
        found.append(Outcome(subject=stack.name, passed=status in _COMPLETE, found=status))
        outputs[stack.construct_path.rpartition("/")[2]] = {
            output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", ())
        }
    for region in dict.fromkeys(stack.region for stack in environment.stacks):
        found += _alarms(environment, account, region, stage)
    return [*found, *(_page(test, outputs, timeout=timeout) for test in stage.smoke)]


def _describe(stack: AssemblyStack, account: Account) -> dict[str, Any]:
    try:
        return account.reader("cloudformation", stack.region).describe_stacks(StackName=stack.name)["Stacks"][0]
    except ClientError as error:
        if is_missing(error):
            return {}
        raise PromotionError(f"{stack.name} cannot be read: {error}") from None


def _alarms(environment: Environment, account: Account, region: str, stage: Stage) -> Iterator[Outcome]:
    names = [
        arn.rpartition(":")[2]
        for arn in rollback_alarms(environment, account, region=region, wanted=stage.rollback_alarms)
    ]
    if names:
        answer = account.reader("cloudwatch", region).describe_alarms(AlarmNames=names)
        for alarm in answer["MetricAlarms"]:
            state = alarm["StateValue"]
            yield Outcome(subject=f"alarm {alarm['AlarmName']}", passed=state != "ALARM", found=state)


def _page(test: SmokeTest, outputs: dict[str, dict[str, str]], *, timeout: float) -> Outcome:
    address = outputs.get(test.stack, {}).get(test.output, "")
    if not address.startswith("https://"):
        there = ", ".join(f"{stack}.{name}" for stack, values in outputs.items() for name in values) or "none"
        told = f"no output with an https:// address; outputs: {there}"
        return Outcome(subject=f"{test.stack}.{test.output}", passed=False, found=told)
    url = address.rstrip("/") + test.path
    retrying = Retrying(
        stop=stop_after_delay(timeout),
        wait=wait_fixed(_PAUSE),
        retry=retry_if_not_result(lambda answer: answer == str(test.status)),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else "no answer",
    )
    answer = retrying(_status, url)
    return Outcome(subject=url, passed=answer == str(test.status), found=answer)


def _status(url: str) -> str:
    try:
        return str(httpx.get(url, timeout=_ANSWER, follow_redirects=False).status_code)
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
