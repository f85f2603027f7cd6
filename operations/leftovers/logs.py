"""Log groups: those of stacks by their tags, and those that services made again by their names."""

from collections.abc import Iterator
from typing import Any

from operations.doctor.reader import Read, Reader
from operations.leftovers.leftover import Leftover
from operations.leftovers.look import Look
from operations.leftovers.scope import Scope, Tags
from operations.leftovers.tagged import TAGGED, all_tagged
from review.cost.price_list import Item

_GB = 1e9
_TOKENS = ("nextToken", "nextToken")
_STORED = Item(service="AmazonCloudWatch", usage="TimedStorage-ByteHrs")


def _folders(scope: Scope) -> tuple[str, ...]:
    """What names begin with. A service that still writes makes its group again, without tags."""
    return (
        f"/aws/lambda/{scope.stage}-",
        f"/aws/eks/{scope.name}/",
        f"/aws/sagemaker/Clusters/{scope.name}/",
        f"/aws/rds/cluster/groundwork-{scope.name}-gateway/",
        f"/aws/rds/instance/groundwork-{scope.name}-gateway/",
    )


def _names(scope: Scope) -> tuple[str, ...]:
    """Whole names: those of `prod-chat` could be of an environment `prod-chat` as well, if they were beginnings."""
    return tuple(f"/aws/sagemaker/Endpoints/{scope.name}-{endpoint.name}" for _, endpoint in scope.facts.endpoints)


def _take(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    tagged = {
        arn.partition(":log-group:")[2].removesuffix(":*"): tags
        for arn, tags in all_tagged(scope, reader, kinds=("logs:log-group",))
    }
    left = {name: tags for name, tags in tagged.items() if scope.is_left(tags)}
    folders, names = (), tuple(left)
    if not scope.stacks:
        folders, names = _folders(scope), (*names, *_names(scope))
    seen: set[str] = set()
    for begin in (*folders, *names):
        for group in reader.ask_all("logs", "DescribeLogGroups", "logGroups", tokens=_TOKENS, logGroupNamePrefix=begin):
            name = group["logGroupName"]
            if name not in seen and (begin in folders or name == begin) and (name in left or name not in tagged):
                seen.add(name)
                yield _leftover(scope, group, left.get(name, {}))


def _leftover(scope: Scope, group: dict[str, Any], tags: Tags) -> Leftover:
    name, gigabytes = group["logGroupName"], group.get("storedBytes", 0) / _GB
    kept = f"; entries go after {group['retentionInDays']} days" if "retentionInDays" in group else "; kept for ever"
    return Leftover(
        kind="log group",
        id=name,
        region=scope.region,
        why=scope.why(tags) if tags else "by its name",
        command=f"aws logs delete-log-group --log-group-name {name} --region {scope.region}",
        state=scope.state(tags),
        usd_per_month=scope.usd(_STORED, gigabytes),
        note=f"{gigabytes:.2f} GB{kept}",
    )


LOOKS = (
    Look(
        name="log groups",
        reads=(TAGGED, Read(service="logs", operation="DescribeLogGroups", action="logs:DescribeLogGroups")),
        take=_take,
    ),
)
