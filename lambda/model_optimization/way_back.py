"""An endpoint that gets back what it served before a head, and the package that is not asked for any more."""

from typing import Any

from model_optimization.notices import reason_of
from model_optimization.outcome import Outcome, State, StepFailedError, again, done
from model_optimization.served_endpoint import look
from model_optimization.switch import begin


def go_back(state: State, sagemaker: Any) -> Outcome:
    """Begin to go back to the configuration from before; keeps `why`.

    What serves something else than the head is left alone: SageMaker has turned the update back, or somebody has
    changed the endpoint since.
    """
    why = reason_of(state)
    found = look(sagemaker, state["endpoint"], may_be_mixed=True)
    begun: Outcome = done()
    if found.pending == state["previous"]:
        pass
    elif not found.free:
        begun = again(f"the update of {state['endpoint']} is still under way, and cannot be turned back before its end")
    elif found.config == state["config"] or found.mixed:
        begin(sagemaker, state["endpoint"], state["previous"])
    return Outcome(status=begun.status, changes={"why": why, "caught": None}, reason=begun.reason)


def settle_back(state: State, sagemaker: Any) -> Outcome:
    """Whether the endpoint serves without the head.

    Raises:
        StepFailedError: it still has it.
    """
    found = look(sagemaker, state["endpoint"])
    if not found.free:
        return again(f"the way back of {state['endpoint']} is still under way")
    if found.config == state["config"]:
        reason = found.reason or "SageMaker gives no reason"
        raise StepFailedError(f"SageMaker turned the way back back; the endpoint serves {found.config}. {reason}")
    return done(now=f"The endpoint serves {found.config}.")


def reject(state: State, sagemaker: Any) -> Outcome:
    """Mark the package, with the reason; that of somebody who has done so meanwhile stays."""
    found = sagemaker.describe_model_package(ModelPackageName=state["package"])
    if found.get("ModelApprovalStatus") == "Approved":
        sagemaker.update_model_package(
            ModelPackageArn=state["package"],
            ModelApprovalStatus="Rejected",
            ApprovalDescription=" ".join(reason_of(state).split())[:1024],
        )
    return done()
