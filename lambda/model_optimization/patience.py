"""How often a step of the switch is asked while something is under way. Together they take less than the state machine
has: it would end without a way back.
"""

from model_optimization.job import Switch

LOOK_SECONDS = 120
"""The machine waits so long between two looks; each is 11 events of an execution, which may have 25,000
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html)."""
_HOUR = 3600
_UPDATE = 9 * _HOUR
"""SageMaker turns an update back after 8 hours at the latest
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RollingUpdatePolicy.html)."""
_SECONDS = {
    "plan": 6 * _HOUR,
    "update": _UPDATE,
    "settle": _UPDATE,
    # Logs arrive late, by minutes at the most.
    "prove": 600,
    "go_back": _UPDATE,
    "settle_back": _UPDATE,
}
_STARTS = _HOUR
"""For a measurement to get its instance."""


def most_looks(step: str, switch: Switch) -> int | None:
    """None: it does not wait."""
    if step == "look_at_benchmark":
        return -(-(switch.benchmark_seconds + _STARTS) // LOOK_SECONDS)
    return _SECONDS[step] // LOOK_SECONDS if step in _SECONDS else None
