"""Updates that fail once they are deployed, told from the templates: by CloudFormation, or by a guard of the platform.

The guards are custom resources that come before what they guard: lambda/mig_layout_guard, lambda/labeling_workforce.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from review.assembly import Resource
from rules.intrinsics import mapping, sequence


@dataclass(frozen=True, kw_only=True)
class RefusedUpdate:
    """`rule` is the id of the finding."""

    rule: str
    message: str
    fix: str


def refused_update(before: Resource, after: Resource) -> RefusedUpdate | None:
    """Why the update of one resource is refused; None where nothing is known against it."""
    return next(_refusals(before, after), None)


def _refusals(before: Resource, after: Resource) -> Iterator[RefusedUpdate]:
    if before.type != after.type:
        yield RefusedUpdate(
            rule="TypeChanged",
            message=f"CloudFormation refuses the update: {after.id} was {before.type}, and no update gives a logical "
            f"id another type.",
            fix=f"Give the {after.type} a logical id of its own.",
        )
    old, new = before.properties, after.properties
    if after.type == "Custom::MigLayouts":
        layouts, may = mapping(old.get("Layouts")), sequence(new.get("MayChange") or [])
        changed = [
            f"{group} from {layouts[group]} to {layout}"
            for group, layout in sorted(mapping(new.get("Layouts")).items())
            if layouts.get(group, layout) != layout and group not in may
        ]
        if changed:
            yield RefusedUpdate(
                rule="MigLayoutRefused",
                message=f"The deployment stops before it touches anything: the layout of a live instance group would "
                f"change ({'; '.join(changed)}), which evicts what runs there.",
                fix="Set `allow_change: true` below the group's `mig`, and its nodes are emptied first.",
            )
    if after.type == "Custom::LabelingWorkforceGuard" and (was := old.get("SignIn")) != (is_now := new.get("SignIn")):
        yield RefusedUpdate(
            rule="WorkforceSignInRefused",
            message=f"The deployment stops: where workers sign in cannot change from {was} to {is_now}.",
            fix="Deploy once without the section's `workforce` and `teams`, then with them.",
        )
