"""Every time-out on a request's path, from one number."""

from dataclasses import dataclass

STOP_LIMIT = 120
"""Seconds that Fargate waits at most between SIGTERM and SIGKILL
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html, stopTimeout)."""
LONGEST_REQUEST = 3600
"""Seconds: the longest deregistration delay of a target group
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html)."""


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
