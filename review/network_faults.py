"""What is wrong with a network, whatever the packs of rules say of single properties."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from review.assembly import Assembly, Resource
from review.finding import OWN_PACK, Finding, Severity
from review.stores import at
from review.subnets import Endpoint, Subnet
from review.uses import Place
from review.ways_in import INTERNET, WayIn

_FILTERED = ("load balancer", "CloudFront distribution", "API")
_SUBNET_GROUPS = ("AWS::RDS::DBSubnetGroup", "AWS::ElastiCache::SubnetGroup")


def network_faults(
    assembly: Assembly,
    ways_in: Iterable[WayIn],
    subnets: Sequence[Subnet],
    endpoints: Iterable[Endpoint],
    used: Mapping[Place, Sequence[Resource]],
) -> Iterator[Finding]:
    """Everything found, way by way and resource by resource."""
    for way in ways_in:
        yield from _way_in(way)
    for endpoint in endpoints:
        if not endpoint.limited:
            message = f"The endpoint of {endpoint.service} has no policy: any account is within reach through it."
            fix = "Give it a policy that names your own accounts and resources."
            yield _finding(endpoint.resource, "EndpointWithoutPolicy", message, fix, Severity.WARNING)
    public = {(subnet.resource.stack, subnet.resource.id) for subnet in subnets if subnet.is_public}
    for subnet in subnets:
        if subnet.gives_addresses:
            message = "Whatever starts in the subnet gets a public address."
            fix = "Turn MapPublicIpOnLaunch off and let single resources ask for an address."
            yield _finding(subnet.resource, "PublicAddressByDefault", message, fix, Severity.WARNING)
    for resource in assembly.resources:
        yield from _resource(assembly, resource, public, used)


def _way_in(way: WayIn) -> Iterator[Finding]:
    if not way.is_public:
        return
    if not way.guards:
        message = f"Everybody on the internet reaches the {way.what}, and nothing of this assembly stands before it."
        fix = "Put a web application firewall or authentication before it, or make it private."
        severity = Severity.WARNING if way.what in _FILTERED else Severity.ERROR
        yield _finding(way.resource, "UnguardedWayIn", message, fix, severity)
    elif way.what == "Kubernetes API" and way.source == INTERNET:
        message = "Everybody on the internet reaches the Kubernetes API, and IAM alone stands before it."
        fix = "Give the cluster a private endpoint, or name the addresses that may reach the public one."
        yield _finding(way.resource, "PublicKubernetesApi", message, fix)


def _resource(
    assembly: Assembly,
    resource: Resource,
    public: set[Place],
    used: Mapping[Place, Sequence[Resource]],
) -> Iterator[Finding]:
    refers = used.get((resource.stack, resource.id), ())
    if resource.type in _SUBNET_GROUPS and any((other.stack, other.id) in public for other in refers):
        message = "Stores of this group may stand in subnets that the internet can reach."
        yield _finding(resource, "StoreInPublicSubnet", message, "Use subnets without a route to an internet gateway.")
    elif resource.type == "AWS::EC2::VPC" and not _has_flow_log(assembly, resource, used):
        message = "No flow log tells who connected to whom in the VPC."
        yield _finding(resource, "NoFlowLog", message, "Add a flow log for all traffic.", Severity.WARNING)
    elif resource.type == "AWS::CloudFront::Distribution":
        policy = at(resource.properties, "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy")
        if policy == "allow-all":
            message = "The distribution answers on plain HTTP."
            yield _finding(resource, "PlainHttpAtTheEdge", message, "Redirect viewers to HTTPS, or take HTTPS only.")


def _has_flow_log(assembly: Assembly, vpc: Resource, used: Mapping[Place, Sequence[Resource]]) -> bool:
    return any(
        (vpc.stack, vpc.id) == (other.stack, other.id)
        for resource in assembly.resources
        if resource.type == "AWS::EC2::FlowLog"
        for other in used.get((resource.stack, resource.id), ())
    )


def _finding(resource: Resource, rule: str, message: str, fix: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        pack=OWN_PACK,
        rule=rule,
        message=message,
        fix=fix,
        severity=severity,
        stack=resource.stack,
        resource=resource.id,
        resource_type=resource.type,
        path=resource.path,
    )
