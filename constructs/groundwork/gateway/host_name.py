"""The gateway's name in DNS."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from groundwork.gateway.exposure import Exposure


class HostName(Construct):
    """Points the name at the load balancer: in a zone that is there, or in a private one that is made."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        exposure: Exposure,
        vpc: ec2.IVpc,
        load_balancer: elbv2.IApplicationLoadBalancer,
    ) -> None:
        super().__init__(scope, construct_id)
        target = route53.RecordTarget.from_alias(targets.LoadBalancerTarget(load_balancer))
        if exposure.zone_id and exposure.enter_host:
            # Records are named in full, so the zone's own name is not needed.
            zone = route53.HostedZone.from_hosted_zone_attributes(
                self, "PublicZone", hosted_zone_id=exposure.zone_id, zone_name=exposure.host
            )
            route53.ARecord(self, "Public", zone=zone, record_name=f"{exposure.host}.", target=target)
        if exposure.private_zone:
            private = route53.PrivateHostedZone(self, "PrivateZone", vpc=vpc, zone_name=exposure.private_zone)
            route53.ARecord(self, "Private", zone=private, record_name=f"{exposure.host}.", target=target)
