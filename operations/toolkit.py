"""The CDK's bootstrap that environments are deployed with: one of its own, beside what else an account has."""

QUALIFIER = "groundwork"
"""As cdk.json has it. The policies of `python -m promotion bootstrap-policy` name it."""
_OF_THE_CDK = "hnb659fds"


def toolkit_stack(qualifier: str) -> str:
    """The name of the bootstrap's stack: two qualifiers cannot share one."""
    return "CDKToolkit" if qualifier == _OF_THE_CDK else f"CDKToolkit-{qualifier}"


def qualifier_of(version_parameter: str | None) -> str:
    """From the name of the SSM parameter that an assembly's stack looks for: `/cdk-bootstrap/groundwork/version`."""
    parts = (version_parameter or "").split("/")
    return parts[2] if len(parts) == 4 else _OF_THE_CDK
