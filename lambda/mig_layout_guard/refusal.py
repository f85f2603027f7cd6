"""Whether a deployment may change the layouts of live instance groups: their properties alone say it."""

from collections.abc import Mapping
from typing import Any

PHYSICAL_ID = "mig-layout-guard"


class LayoutRefusedError(Exception):
    """A layout would change, and that is not allowed; the text stands in the error of the deployment."""


def judge(event: Mapping[str, Any], *, cloudformation: Any) -> dict[str, Any]:
    """Let a deployment go on, unless it changes the layout of a group that does not allow it.

    Groups that are new or gone have no nodes to empty. A stack that rolls back goes on: what it goes back from was
    refused here, or was allowed.

    Raises:
        LayoutRefusedError: a layout changes, and that is not allowed.
    """
    if event["RequestType"] == "Update":
        new, old = event["ResourceProperties"], event["OldResourceProperties"]["Layouts"]
        refused = [
            f"{group}: from {old[group]} to {layout}"
            for group, layout in sorted(new["Layouts"].items())
            if old.get(group, layout) != layout and group not in new["MayChange"]
        ]
        if refused and not _rolls_back(event["StackId"], cloudformation):
            raise LayoutRefusedError(
                f"the layout of a live group would change ({'; '.join(refused)}), which evicts what runs there. "
                "Nothing was touched. To have the nodes emptied and changed, set allow_change: true below the group's "
                "`mig`; there, layout: all-disabled makes its GPUs whole again"
            )
    return {"PhysicalResourceId": PHYSICAL_ID}


def _rolls_back(stack: str, cloudformation: Any) -> bool:
    (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return found["StackStatus"].endswith("ROLLBACK_IN_PROGRESS")
