"""Whether an EKS cluster is there to be called at all."""

from typing import Any

from botocore.exceptions import ClientError


def is_there(cluster: str, *, eks: Any) -> bool:
    """Whether the cluster exists and is not being deleted.

    Raises:
        ClientError: EKS refuses to say.
    """
    try:
        found = eks.describe_cluster(name=cluster)["cluster"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return found["status"] != "DELETING"
