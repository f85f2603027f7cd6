"""Scripts in a bucket, below a prefix that is the hash of their content."""

from collections.abc import Mapping
from typing import Any

PHYSICAL_ID = "lifecycle-scripts"


def put(event: Mapping[str, Any], *, s3: Any) -> dict[str, Any]:
    """Put every script below the prefix; the same ones again where an event comes twice or was half-way through.

    Nothing is taken away on a delete: a node that is being replaced at that moment still reads its scripts, and the
    bucket goes, or stays, as a whole.
    """
    if event["RequestType"] != "Delete":
        properties = event["ResourceProperties"]
        for name, text in sorted(properties["Scripts"].items()):
            s3.put_object(
                Bucket=properties["Bucket"],
                Key=f"{properties['Prefix']}/{name}",
                Body=text.encode(),
                ContentType="text/x-shellscript",
            )
    return {"PhysicalResourceId": PHYSICAL_ID}
