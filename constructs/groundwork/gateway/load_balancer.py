"""The load balancer in front of the gateway."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.gateway.certificate import certificate
from groundwork.gateway.exposure import Exposure
from groundwork.gateway.routes import HEALTH_CHECK, closed_routes
from groundwork.gateway.time_outs import TimeOuts
from groundwork.network.subnets import PlatformSubnets

CONTAINER_PORT = 4000
LOG_PREFIX = "gateway"
UNHEALTHY_CHECKS = 10
"""15 seconds apart; the most that there can be. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html
gives 60 to 120 seconds for a fail-over (read 2026-11-23)."""
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html, read 2026-11-23
RESPONSE_HEADERS = {
    "routing.http.response.server.enabled": "false",
    "routing.http.response.strict_transport_security.header_value": "max-age=63072000; includeSubDomains",
    "routing.http.response.x_content_type_options.header_value": "nosniff",
    "routing.http.response.x_frame_options.header_value": "DENY",
}
"""What the load balancer adds to every answer, or takes from it. No content-security policy: the pages' scripts stand
in the pages."""


class LoadBalancer(Construct):
    """HTTPS for one host name; plain HTTP is only redirected, and everything else refused.

    Closed paths come first among the rules, then the host name; who matches none gets 403. A request with another
    `Host` never reaches the container, where such headers have been used to get around authentication
    (CVE-2026-49468).
    """

    load_balancer: elbv2.ApplicationLoadBalancer
    target_group: elbv2.ApplicationTargetGroup

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        subnets: PlatformSubnets,
        exposure: Exposure,
        time_outs: TimeOuts,
        access_logs: s3.IBucket,
    ) -> None:
        """
        Args:
            access_logs: receives a line for each request, below `gateway/`.
        """
        super().__init__(scope, construct_id)
        self._exposure = exposure
        group = self._create_group(vpc)
        self.load_balancer = elbv2.ApplicationLoadBalancer(
            self,
            "Alb",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(
                subnets=list(subnets.public if exposure.internet_facing else subnets.private)
            ),
            internet_facing=exposure.internet_facing,
            security_group=group,
            idle_timeout=cdk.Duration.seconds(time_outs.load_balancer_idle),
            drop_invalid_header_fields=True,
        )
        self.load_balancer.log_access_logs(access_logs, LOG_PREFIX)
        acknowledge(
            self.load_balancer,
            "NIST.800.53.R5::NIST.800.53.R5-ELBDeletionProtectionEnabled",
            "HIPAA.Security::HIPAA.Security-ELBDeletionProtectionEnabled",
            reason="It holds nothing, and a first deployment that fails must be able to take it away again: protected, "
            "its stack would end in ROLLBACK_FAILED. Who may delete the stack may delete it, and nobody else has to.",
        )
        self.target_group = elbv2.ApplicationTargetGroup(
            self,
            # With the scheme the load balancer is replaced, and a group cannot stand behind the old and the new.
            "PublicTasks" if exposure.internet_facing else "Tasks",
            vpc=vpc,
            port=CONTAINER_PORT,
            protocol=elbv2.ApplicationProtocol.HTTP,
            target_type=elbv2.TargetType.IP,
            # A request may take minutes: the task with the fewest in hand takes the next.
            load_balancing_algorithm_type=elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
            deregistration_delay=cdk.Duration.seconds(time_outs.deregistration),
            health_check=elbv2.HealthCheck(
                path=HEALTH_CHECK,
                healthy_http_codes="200",
                interval=cdk.Duration.seconds(15),
                timeout=cdk.Duration.seconds(10),
                healthy_threshold_count=2,
                # A task is not ready while it reaches no database. A fail-over takes a minute or two, and a task that
                # is replaced meanwhile cuts its streams; one that has ended is taken away at once all the same.
                unhealthy_threshold_count=UNHEALTHY_CHECKS,
            ),
        )
        self._listen()

    def _create_group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description="Load balancer of the gateway", allow_all_outbound=False
        )
        if edge := self._exposure.origin_prefix_list:
            # One port: the list counts as 55 rules, and a group takes 60.
            group.add_ingress_rule(ec2.Peer.prefix_list(edge), ec2.Port.tcp(443), "CloudFront")
            return group
        clients = [ec2.Peer.ipv4(str(cidr)) for cidr in self._exposure.clients] or [ec2.Peer.any_ipv4()]
        for client in clients:
            group.add_ingress_rule(client, ec2.Port.tcp(443), "Callers")
            group.add_ingress_rule(client, ec2.Port.tcp(80), "Redirected to HTTPS")
        if not self._exposure.clients:
            acknowledge(
                group,
                "AwsSolutions::AwsSolutions-EC23",
                reason="The environment file asks for an internet-facing gateway: only 443, and 80 which redirects. "
                "A firewall and a key per caller stand behind it.",
            )
        return group

    def _listen(self) -> None:
        if not self._exposure.origin_prefix_list:
            self._redirect()
        https = self.load_balancer.add_listener(
            "Https",
            port=443,
            protocol=elbv2.ApplicationProtocol.HTTPS,
            open=False,
            certificates=[
                elbv2.ListenerCertificate.from_certificate_manager(
                    certificate(self, "Certificate", exposure=self._exposure)
                )
            ],
            ssl_policy=elbv2.SslPolicy.RECOMMENDED_TLS,
            default_action=_answer(403),
        )
        for key, value in RESPONSE_HEADERS.items():
            https.set_attribute(key, value)
        priority = 1
        for route in closed_routes(admin_ui=self._exposure.admin_ui, docs=self._exposure.docs):
            # A rule takes five values at most.
            for start in range(0, len(route.patterns), 5):
                https.add_action(
                    f"Closed{route.name}{start // 5 + 1}",
                    priority=priority,
                    conditions=[elbv2.ListenerCondition.path_patterns(list(route.patterns[start : start + 5]))],
                    action=_answer(404),
                )
                priority += 1
        https.add_action(
            "Host",
            priority=priority,
            conditions=[elbv2.ListenerCondition.host_headers([self._exposure.host])],
            action=elbv2.ListenerAction.forward([self.target_group]),
        )

    def _redirect(self) -> None:
        http = self.load_balancer.add_listener(
            "Http",
            port=80,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=False,
            default_action=elbv2.ListenerAction.redirect(protocol="HTTPS", port="443", permanent=True),
        )
        acknowledge(
            http,
            "NIST.800.53.R5::NIST.800.53.R5-ELBv2ACMCertificateRequired",
            "HIPAA.Security::HIPAA.Security-ELBv2ACMCertificateRequired",
            "PCI.DSS.321::PCI.DSS.321-ELBv2ACMCertificateRequired",
            reason="This listener redirects to the one with the certificate and does nothing else.",
        )


def _answer(status: int) -> elbv2.ListenerAction:
    return elbv2.ListenerAction.fixed_response(status, content_type="text/plain", message_body="")
