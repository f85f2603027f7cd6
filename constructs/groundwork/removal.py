"""What becomes of a resource that holds state when its stack goes."""

import aws_cdk as cdk


def removal_policy(*, keep: bool) -> cdk.RemovalPolicy:
    """Kept resources outlive their stack, but not a first deployment that fails: the next try needs the room."""
    return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if keep else cdk.RemovalPolicy.DESTROY
