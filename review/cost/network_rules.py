"""What resources of the network, of its edge and of its firewalls are charged for."""

from collections.abc import Iterator, Mapping

from review.cost.charge import Charge, Place, Rule, hours
from review.cost.price_list import HOURS_PER_MONTH, Item
from rules.intrinsics import mapping, sequence


def _nat_gateway(place: Place) -> Iterator[Charge]:
    yield hours("NAT gateway", Item(service="AmazonEC2", usage="NatGateway-Hours"))
    yield place.assumed("nat-gb", "data through it", Item(service="AmazonEC2", usage="NatGateway-Bytes"))


def _address(_: Place) -> Iterator[Charge]:
    yield hours("public address", Item(service="AmazonVPC", usage="PublicIPv4:InUseAddress"))


def _endpoint(place: Place) -> Iterator[Charge]:
    # One to a gateway is free: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    if place.text("VpcEndpointType", "Gateway") == "Gateway":
        return
    zones = len(sequence(place.resource.properties.get("SubnetIds")))
    yield hours(f"endpoint in {zones} zones", Item(service="AmazonVPC", usage="VpcEndpoint-Hours"), zones)
    yield place.assumed("endpoint-gb", "data through it", Item(service="AmazonVPC", usage="VpcEndpoint-Bytes"))


def _load_balancer(place: Place) -> Iterator[Charge]:
    kind = "Network" if place.text("Type") == "network" else "Application"
    where = (("operation", f"LoadBalancing:{kind}"),)
    yield hours("load balancer", Item(service="AWSELB", usage="LoadBalancerUsage", where=where))
    units = Item(service="AWSELB", usage="LCUUsage", where=where)
    yield place.assumed("load-units", "capacity units", units, times=HOURS_PER_MONTH)
    if place.text("Scheme") == "internet-facing":
        zones = len(sequence(place.resource.properties.get("Subnets"))) or 2
        address = Item(service="AmazonVPC", usage="PublicIPv4:InUseAddress")
        yield hours(f"public addresses in {zones} zones", address, zones)


def _firewall(place: Place) -> Iterator[Charge]:
    rules = sequence(place.resource.properties.get("Rules"))
    yield Charge(what="firewall", item=Item(service="awswaf", usage="WebACLV2"), quantity=1)
    yield Charge(what=f"{len(rules)} rules", item=Item(service="awswaf", usage="RuleV2"), quantity=len(rules))
    yield place.assumed("requests", "requests", Item(service="awswaf", usage="RequestV2-Tier1"))


def _distribution(place: Place) -> Iterator[Charge]:
    def edge(usage: str) -> Item:
        return Item(service="AmazonCloudFront", usage=usage, is_global=True)

    yield place.assumed("edge-gb", "data to callers in North America", edge("US-DataTransfer-Out-Bytes"))
    yield place.assumed("requests", "HTTPS requests", edge("US-Requests-Tier2-HTTPS"))


def _zone(place: Place) -> Iterator[Charge]:
    yield Charge(what="hosted zone", item=Item(service="AmazonRoute53", usage="HostedZone", is_global=True), quantity=1)
    yield place.assumed("queries", "queries", Item(service="AmazonRoute53", usage="DNS-Queries", is_global=True))


def _flow_log(place: Place) -> Iterator[Charge]:
    # A log group has the price of what arrives in it; what goes to a bucket is sold as vended logs.
    if place.text("LogDestinationType") == "s3":
        yield place.assumed("log-gb", "flow logs", Item(service="AmazonCloudWatch", usage="S3-Egress-Bytes"))


def _certificate(place: Place) -> Iterator[Charge]:
    # A public one is free; a private one has a price of its own: https://aws.amazon.com/certificate-manager/pricing/
    if mapping(place.resource.properties).get("CertificateAuthorityArn"):
        item = Item(service="AWSCertificateManager", usage="PrivateCertificatesIssued")
        yield Charge(what="private certificate", item=item, quantity=1)


RULES: Mapping[str, Rule] = {
    "AWS::CertificateManager::Certificate": _certificate,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::NatGateway": _nat_gateway,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::Route53::HostedZone": _zone,
    # It makes one: https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html
    "AWS::ServiceDiscovery::PrivateDnsNamespace": _zone,
    "AWS::WAFv2::WebACL": _firewall,
}
