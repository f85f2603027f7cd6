"""Which stacks of the environment still stand."""

from operations.doctor.reader import Read, Reader
from operations.leftovers.leftover import Stands
from operations.leftovers.scope import Scope

READ = Read(service="cloudformation", operation="ListStacks", action="cloudformation:ListStacks")


def standing(scope: Scope, reader: Reader) -> dict[str, Stands]:
    """By id. A deletion that failed stands as well: its stack has to be deleted again."""
    found = reader.ask_all("cloudformation", "ListStacks", "StackSummaries", tokens=("NextToken", "NextToken"))
    return {
        stack["StackId"]: Stands(name=stack["StackName"], region=scope.region, status=stack["StackStatus"])
        for stack in found
        if stack["StackName"].startswith(f"{scope.stage}-") and stack["StackStatus"] != "DELETE_COMPLETE"
    }
