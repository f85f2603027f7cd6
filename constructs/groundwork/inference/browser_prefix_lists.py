"""The addresses of S3, as each Region names them.

A task pulls the layers of its image from S3, at public addresses also behind the gateway endpoint. CloudFormation
cannot look a managed prefix list up by its name, and synthesis asks no AWS API: so its id in each Region stands here.
AWS documents the name only; three public templates give these ids alike, as far as each goes. Read 2026-11-23.
"""

from collections.abc import Iterator

from groundwork.settings import Refusal

S3_PREFIX_LISTS = {
    "ap-northeast-1": "pl-61a54008",
    "ap-northeast-2": "pl-78a54011",
    "ap-northeast-3": "pl-a4a540cd",
    "ap-south-1": "pl-78a54011",
    "ap-southeast-1": "pl-6fa54006",
    "ap-southeast-2": "pl-6ca54005",
    "ca-central-1": "pl-7da54014",
    "eu-central-1": "pl-6ea54007",
    "eu-north-1": "pl-c3aa4faa",
    "eu-west-1": "pl-6da54004",
    "eu-west-2": "pl-7ca54015",
    "eu-west-3": "pl-23ad484a",
    "sa-east-1": "pl-6aa54003",
    "us-east-1": "pl-63a5400a",
    "us-east-2": "pl-7ba54012",
    "us-west-1": "pl-6ba54002",
    "us-west-2": "pl-68a54001",
}
"""The id of `com.amazonaws.<region>.s3`. A Region that is missing takes the id from the environment file."""


def refusals_of_prefix_list(region: str, *, given: str | None) -> Iterator[Refusal]:
    """Where no id is known.

    Args:
        given: what the environment file says; it wins over the table.
    """
    if not given and region not in S3_PREFIX_LISTS:
        reason = f"the prefix list of S3 in {region} is not known"
        allowed = f"the id that `aws ec2 describe-managed-prefix-lists` gives for com.amazonaws.{region}.s3"
        yield Refusal(reason=reason, allowed=allowed, at=("s3_prefix_list",))
