"""The policies by their names, and the commands with which an administrator makes them and bootstraps with them."""

from pathlib import Path

from operations.toolkit import toolkit_stack
from promotion.bootstrap.execution_policy import ExecutionPolicy
from promotion.bootstrap.policy_size import Document

BOUNDARY = "groundwork-deploy-boundary"
_POLICY = "groundwork-deploy-{number}"


def files(policy: ExecutionPolicy) -> dict[str, Document]:
    """Each managed policy by its name."""
    numbered = {_POLICY.format(number=number): each for number, each in enumerate(policy.policies, start=1)}
    return {BOUNDARY: policy.boundary, **numbered}


def commands(policy: ExecutionPolicy, *, folder: Path) -> list[str]:
    """What to run with an administrator's credentials of the account, where `folder` holds the files."""
    names = list(files(policy))
    make = [
        f"aws iam create-policy --policy-name {name} --policy-document file://{folder}/{name}.json" for name in names
    ]
    arns = ",".join(f"arn:aws:iam::{policy.account}:policy/{name}" for name in names if name != BOUNDARY)
    places = " ".join(f"aws://{policy.account}/{region}" for region in policy.regions)
    bootstrap = (
        f"cdk bootstrap {places} --qualifier {policy.qualifier} --toolkit-stack-name {toolkit_stack(policy.qualifier)}"
    )
    bootstrap += f" --custom-permissions-boundary {BOUNDARY} --cloudformation-execution-policies {arns}"
    return [*make, f"{bootstrap} --termination-protection"]
