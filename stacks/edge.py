"""The gateway's way in over CloudFront."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.environment import Environment
from groundwork.foundation.alarm_topic import AlarmTopic
from groundwork.foundation.data_key import DataKey
from groundwork.gateway.distribution import Distribution
from groundwork.gateway.edge_alarms import EdgeAlarms
from groundwork.gateway.edge_logs import EDGE_REGION, bucket_arn_for_the_edge
from groundwork.gateway.edge_name import ViewerName
from groundwork.gateway.firewall import Firewall
from groundwork.gateway.routes import closed_routes
from groundwork.gateway.time_outs import ORIGIN_READ_QUOTA, TimeOuts
from stacks.platform_stack import PlatformStack


class EdgeStack(PlatformStack):
    """Distribution, firewall and certificate, in us-east-1, where CloudFront takes them from. Holds no state.

    It refers to the load balancer and the log bucket of the home Region by weak references: `Fn::GetStackOutput` with
    the Region. They make it deploy after those stacks and go before them, and keep nothing alive.
    Its key and its topic are its own, as neither reaches over Regions: people confirm their addresses here once more.
    """

    distribution: Distribution

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        load_balancer_arn: str,
        origin_name: str,
        viewer_name: ViewerName | None,
        access_logs: s3.Bucket,
        max_request_seconds: int,
        requests_per_5_minutes: int,
        admin_ui: bool,
        docs: bool,
        origin_read_quota: int = ORIGIN_READ_QUOTA,
    ) -> None:
        """
        Args:
            load_balancer_arn: the internal load balancer, in the home Region.
            origin_name: the one host that its listener serves, which its certificate covers.
            viewer_name: the name for callers; None: CloudFront's own.
            access_logs: the log bucket, in the home Region; `allow_edge_logs` has let CloudFront in.
            max_request_seconds: how long a request may take; every time-out follows from it.
            requests_per_5_minutes: requests that one address may make in any 5 minutes.
            admin_ui: whether the pages for administrators can be reached.
            docs: whether the description of the interface can be reached.
            origin_read_quota: seconds of silence that the account may ask CloudFront to bear, 60 to 180.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment.model_copy(update={"region": EDGE_REGION}),
            stateful=False,
            description="CloudFront in front of the gateway, and its firewall",
        )
        key = DataKey(self, "OperationsKey", domain="operations", keep=environment.keep_data)
        key.grant_to_log_groups()
        alarms = AlarmTopic(self, "Alarms", key=key, emails=environment.foundation.alarm_emails)
        firewall = Firewall(
            self,
            "Firewall",
            environment=environment.name,
            web_scope="CLOUDFRONT",
            closed=list(closed_routes(admin_ui=admin_ui, docs=docs)),
            requests_per_5_minutes=requests_per_5_minutes,
            key=key.key,
        )
        self.distribution = Distribution(
            self,
            "Edge",
            environment=environment.name,
            load_balancer_arn=load_balancer_arn,
            origin_name=origin_name,
            viewer_name=viewer_name,
            web_acl_arn=firewall.arn,
            time_outs=TimeOuts(max_request_seconds),
            access_logs_arn=bucket_arn_for_the_edge(access_logs),
            origin_read_quota=origin_read_quota,
        )
        EdgeAlarms(self, "Failures", distribution=self.distribution.distribution, topic=alarms.topic)
        cdk.CfnOutput(self, "Url", value=f"https://{self.distribution.host}", description="Base URL for clients")
