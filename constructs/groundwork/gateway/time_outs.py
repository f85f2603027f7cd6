"""Every time-out on a request's path, from one number."""

from dataclasses import dataclass

STOP_LIMIT = 120
"""Seconds that Fargate waits at most between SIGTERM and SIGKILL
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html, stopTimeout)."""
LONGEST_REQUEST = 3600
"""Seconds: the longest deregistration delay of a target group
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html)."""
ORIGIN_READ_QUOTA = 120
"""Seconds of silence that CloudFront allows an origin unless the quota "Response timeout per origin" (L-AECE9FA7, at
most 180) is raised. Accounts that still have the former 60 refuse the distribution with InvalidOriginReadTimeout.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html, read 2026-11-23"""
ORIGIN_KEEP_ALIVE = 60
"""Seconds: the longest keep-alive that every account may ask for. Newer quotas allow 120 or 300
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-vpcoriginconfig.html)."""


@dataclass(frozen=True)
class TimeOuts:
    """Each hop waits a little longer than the one behind it, so that the caller hears the gateway's own answer."""

    request: int
    """Seconds that a request may take, 30 to 3600: `max_request_seconds` of the environment file."""

    @property
    def load_balancer_idle(self) -> int:
        """Seconds: a request that does not stream is silent until its end."""
        return self.request + 10

    @property
    def keep_alive(self) -> int:
        """Seconds: the container must not close a connection that the load balancer still uses, or callers see 502."""
        return self.load_balancer_idle + 10

    @property
    def deregistration(self) -> int:
        """Seconds that a target is drained for. ECS sends SIGTERM only when the target is unused, so this - and not
        the stop time-out, which Fargate caps - is what lets a long request end
        (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html)."""
        return min(self.request, LONGEST_REQUEST)

    @property
    def stop(self) -> int:
        """Seconds between SIGTERM and SIGKILL."""
        return min(self.request, STOP_LIMIT)

    @property
    def origin_keep_alive(self) -> int:
        """Seconds that CloudFront keeps an idle connection; less than the load balancer does, or callers see 502."""
        return min(self.load_balancer_idle - 5, ORIGIN_KEEP_ALIVE)

    def origin_read(self, quota: int = ORIGIN_READ_QUOTA) -> int:
        """Seconds of silence after which CloudFront answers 504 itself.

        It counts from the request to the first byte and then between bytes, not the length of the answer: a stream
        with a ping each 15 s passes, however long it is; an answer that does not stream and takes longer does not.
        No completion time-out is set, so CloudFront has no limit for the whole.
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout

        Args:
            quota: what the account may ask for, 60 to 180 s.
        """
        return min(self.load_balancer_idle + 10, quota)

    def origin_read_warning(self, quota: int = ORIGIN_READ_QUOTA) -> str | None:
        """What a caller behind CloudFront will see that `max_request_seconds` does not promise; None: nothing."""
        if self.request <= self.origin_read(quota):
            return None
        return (
            f"max_request_seconds is {self.request}, but CloudFront waits {self.origin_read(quota)} s for a byte: an "
            "answer that does not stream and takes longer ends in 504. Stream, or raise the quota "
            '"Response timeout per origin" (at most 180 s) and origin_read_quota_seconds with it.'
        )
