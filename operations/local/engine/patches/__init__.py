"""The few places where the engine's CloudFormation differs from AWS in a way that this package would trip over.

One module for each: `apply()` changes the engine, `check()` tries the change on a throw-away account when the engine
starts, so that a new version which no longer fits stops the start, not a deployment. The engine is imported late: the
rest of this package is tested without it.
"""

from types import ModuleType

from operations.local.engine.patches import (
    alarm_expression,
    bucket_configuration,
    cache_endpoint,
    container_definition,
    distribution_entry,
    failing_custom_resource,
    function_log_group,
    generated_secret,
    load_balancer_entry,
    narrow_resources,
    one_off_task,
    role_boundary,
    secret_reference,
    stack_output_region,
    vpc_attributes,
    vpc_origin,
    vpc_origin_routing,
)
from operations.local.engine.patches.support import scratch

PATCHES: tuple[ModuleType, ...] = (
    vpc_attributes,
    bucket_configuration,
    role_boundary,
    secret_reference,
    stack_output_region,
    failing_custom_resource,
    alarm_expression,
    generated_secret,
    cache_endpoint,
    container_definition,
    narrow_resources,
    one_off_task,
    function_log_group,
    load_balancer_entry,
    distribution_entry,
    vpc_origin,
    vpc_origin_routing,
)


class EngineChangedError(RuntimeError):
    """The installed engine no longer has the shape that a patch was written for."""


def apply_patches() -> None:
    """Apply every patch and prove it.

    Raises:
        EngineChangedError: names the patch that does not fit the installed engine.
    """
    for patch in PATCHES:
        try:
            patch.apply()
            with scratch():
                patch.check()
        except Exception as error:
            raise EngineChangedError(
                f"{patch.__name__.rpartition('.')[2]} does not fit the installed engine: {error!r}"
            ) from error
