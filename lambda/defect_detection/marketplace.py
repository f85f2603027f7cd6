"""The Marketplace algorithm: whether the account may use it, asked before anybody labels a picture for it.

Message of SageMaker: "Caller is not subscribed to the marketplace offering."
(https://github.com/aws/amazon-sagemaker-examples/issues/2293, read 2026-11-23)
"""

from typing import Any

from defect_detection.outcome import Outcome, StepFailedError, done, error_code
from defect_detection.project import Project, Training, Use

LISTING = "https://aws.amazon.com/marketplace/pp/prodview-j72hhmlt6avp6"
_REFUSED = frozenset({"AccessDeniedException", "ResourceNotFound", "ValidationException"})


def check(project: Project, sagemaker: Any) -> Outcome:
    """Whether the algorithm is there, trains on the type that is asked for, and answers on the other.

    Raises:
        StepFailedError: it is not, or does not.
    """
    training, use = project.training, project.use
    assert training  # the machine asks only then
    assert use
    try:
        found = sagemaker.describe_algorithm(AlgorithmName=training.algorithm)
    except sagemaker.exceptions.ClientError as error:
        raise_if_not_subscribed(error, training)
        if error_code(error) in _REFUSED:
            raise StepFailedError(f"{training.algorithm} cannot be used: {error}. {_how()}") from None
        raise
    if found["AlgorithmStatus"] != "Completed":
        raise StepFailedError(f"{training.algorithm} is {found['AlgorithmStatus']}")
    _offers(found["TrainingSpecification"]["SupportedTrainingInstanceTypes"], training.instance, "trains on")
    offered = found.get("InferenceSpecification", {})
    _answers(offered, use)
    return done(content_types=offered.get("SupportedContentTypes", []))


def raise_if_not_subscribed(error: Any, training: Training) -> None:
    """Tell a person what to do where SageMaker says that the account has not subscribed.

    Raises:
        StepFailedError: it says so.
    """
    if "not subscribed" in str(error).lower():
        raise StepFailedError(f"the account is not subscribed to {training.algorithm}. {_how()}") from None


def _how() -> str:
    return f"A person subscribes in the console, once for this account and Region: {LISTING}"


def _answers(offered: Any, use: Use) -> None:
    _offers(offered.get("SupportedTransformInstanceTypes", []), use.instance, "inspects pictures on")
    if use.kind == "endpoint":
        _offers(offered.get("SupportedRealtimeInferenceInstanceTypes", []), use.instance, "answers on")


def _offers(types: list[str], wanted: str, does: str) -> None:
    if types and wanted not in types:
        raise StepFailedError(f"the algorithm {does} {', '.join(sorted(types))}, and not on {wanted}")
