"""The CDK's bootstrap in an account of the engine."""

from collections.abc import Iterable

from operations.local.assembly import AssemblyStack
from operations.local.clients import client
from operations.local.running_engine import RunningEngine
from operations.local.workspace import PROJECT
from operations.toolkit import toolkit_stack

_TEMPLATE = PROJECT / "node_modules" / "aws-cdk" / "lib" / "api" / "bootstrap" / "bootstrap-template.yaml"
_WAIT = {"Delay": 0.2, "MaxAttempts": 150}


def make_toolkit(engine: RunningEngine, *, account: str, region: str, qualifier: str) -> None:
    """What `cdk bootstrap` deploys, without the seconds that the CLI takes."""
    # As the CLI says them.
    parameters = {"Qualifier": qualifier, "FileAssetsBucketKmsKeyId": "AWS_MANAGED_KEY"}
    stacks = client(engine, "cloudformation", account=account, region=region)
    name = toolkit_stack(qualifier)
    stacks.create_stack(
        StackName=name,
        TemplateBody=_TEMPLATE.read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=_WAIT)
    # The engine would wait for an open connection when it is told to end.
    stacks.close()


def make_toolkits(engine: RunningEngine, stacks: Iterable[AssemblyStack]) -> None:
    """One wherever one of these stacks goes."""
    for account, region, qualifier in sorted({(each.account, each.region, each.qualifier) for each in stacks}):
        make_toolkit(engine, account=account, region=region, qualifier=qualifier)
