"""Names that people, the gateway, alarms and the log group of an endpoint refer to it by."""

VARIANT = "AllTraffic"
"""The same in each configuration: an update keeps traffic only then."""


def endpoint_name(environment: str, name: str) -> str:
    """At most 61 characters; SageMaker takes 63."""
    return f"{environment}-{name}"


def component_name(environment: str, name: str) -> str:
    """The endpoint has one component, of its own name."""
    return endpoint_name(environment, name)
