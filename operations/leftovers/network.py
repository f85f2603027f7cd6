"""Network interfaces, public addresses, load balancers and CloudFront's ways into a VPC."""

from collections.abc import Iterator, Mapping
from typing import Any

from operations.doctor.reader import Read, Reader
from operations.leftovers.leftover import Leftover
from operations.leftovers.look import Look
from operations.leftovers.scope import Scope, tags_of
from review.cost.price_list import HOURS_PER_MONTH, Item

_TOKENS = ("NextToken", "NextToken")
_TAGS_AT_ONCE = 20


def _interfaces(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    # Lambda's stay up to 20 minutes after their function, and carry its name:
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    names = [f"AWS Lambda VPC ENI-{scope.stage}-*"]
    wanted: list[dict[str, Any]] = [{"Name": "tag:environment", "Values": [scope.name]}]
    if not scope.stacks:
        wanted.append({"Name": "description", "Values": names})
    found: dict[str, Mapping[str, Any]] = {}
    for one in wanted:
        for interface in reader.ask_all(
            "ec2", "DescribeNetworkInterfaces", "NetworkInterfaces", tokens=_TOKENS, Filters=[one]
        ):
            by_name = one["Name"] == "description"
            if by_name or scope.is_left(tags_of(interface.get("TagSet", ()))):
                found[interface["NetworkInterfaceId"]] = interface
    for id_, interface in found.items():
        tags = tags_of(interface.get("TagSet", ()))
        yield Leftover(
            kind="network interface",
            id=id_,
            region=scope.region,
            why=scope.why(tags) if scope.is_left(tags) else f"named {interface.get('Description')}",
            command=f"aws ec2 delete-network-interface --network-interface-id {id_} --region {scope.region}",
            usd_per_month=0,
            note="its subnet cannot be deleted before" + ("; it is in use" * (interface.get("Status") == "in-use")),
        )


def _addresses(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    filters = [{"Name": "tag:environment", "Values": [scope.name]}]
    item = Item(service="AmazonVPC", usage="PublicIPv4:InUseAddress")
    for address in reader.ask("ec2", "DescribeAddresses", Filters=filters).get("Addresses", ()):
        tags = tags_of(address.get("Tags", ()))
        if scope.is_left(tags):
            yield Leftover(
                kind="public address",
                id=address["AllocationId"],
                region=scope.region,
                why=scope.why(tags),
                command=f"aws ec2 release-address --allocation-id {address['AllocationId']} --region {scope.region}",
                usd_per_month=scope.usd(item, HOURS_PER_MONTH),
            )


def _load_balancers(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    balancers = {
        balancer["LoadBalancerArn"]: balancer
        for balancer in reader.ask_all(
            "elbv2", "DescribeLoadBalancers", "LoadBalancers", tokens=("Marker", "NextMarker")
        )
    }
    arns = list(balancers)
    for start in range(0, len(arns), _TAGS_AT_ONCE):
        described = reader.ask("elbv2", "DescribeTags", ResourceArns=arns[start : start + _TAGS_AT_ONCE])
        for entry in described["TagDescriptions"]:
            arn, tags = entry["ResourceArn"], tags_of(entry.get("Tags", ()))
            # The controller's own tag: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/
            by_cluster = not scope.stacks and tags.get("elbv2.k8s.aws/cluster") == scope.name
            if not by_cluster and not scope.is_left(tags):
                continue
            kind = "Network" if balancers[arn].get("Type") == "network" else "Application"
            where = (("operation", f"LoadBalancing:{kind}"),)
            item = Item(service="AWSELB", usage="LoadBalancerUsage", where=where)
            yield Leftover(
                kind="load balancer",
                id=arn,
                region=scope.region,
                why=f"of the cluster {scope.name}" if by_cluster else scope.why(tags),
                command=f"aws elbv2 delete-load-balancer --load-balancer-arn {arn} --region {scope.region}",
                usd_per_month=scope.usd(item, HOURS_PER_MONTH),
            )


def _vpc_origins(scope: Scope, reader: Reader) -> Iterator[Leftover]:
    marker: dict[str, str] = {}
    while True:
        page = reader.ask("cloudfront", "ListVpcOrigins", **marker)["VpcOriginList"]
        for origin in page.get("Items", ()):
            found = reader.ask("cloudfront", "ListTagsForResource", Resource=origin["Arn"])
            tags = tags_of(found["Tags"].get("Items", ()))
            if scope.is_left(tags):
                etag = f"$(aws cloudfront get-vpc-origin --id {origin['Id']} --query ETag --output text)"
                yield Leftover(
                    kind="VPC origin",
                    id=origin["Id"],
                    region=scope.region,
                    why=scope.why(tags),
                    command=f"aws cloudfront delete-vpc-origin --id {origin['Id']} --if-match {etag}",
                    usd_per_month=0,
                    note="its load balancer's subnets cannot be deleted before",
                )
        if not page.get("NextMarker"):
            return
        marker = {"Marker": page["NextMarker"]}


def _read(service: str, operation: str, prefix: str | None = None) -> Read:
    return Read(service=service, operation=operation, action=f"{prefix or service}:{operation}")


LOOKS = (
    Look(name="network interfaces", reads=(_read("ec2", "DescribeNetworkInterfaces"),), take=_interfaces),
    Look(name="public addresses", reads=(_read("ec2", "DescribeAddresses"),), take=_addresses),
    Look(
        name="load balancers",
        reads=(
            _read("elbv2", "DescribeLoadBalancers", "elasticloadbalancing"),
            _read("elbv2", "DescribeTags", "elasticloadbalancing"),
        ),
        take=_load_balancers,
    ),
    Look(
        name="VPC origins",
        reads=(_read("cloudfront", "ListVpcOrigins"), _read("cloudfront", "ListTagsForResource")),
        take=_vpc_origins,
        is_global=True,
    ),
)
