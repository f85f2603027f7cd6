"""What people are told."""

import json
from typing import Any

from model_optimization.job import Job
from model_optimization.outcome import Outcome, State, done

_SUBJECT, _TEXT = 100, 200_000
"""Most characters of a subject, and of a text: 256 KB is the limit of SNS."""


def pending(job: Job, state: State, sns: Any) -> Outcome:
    """Ask for an approval."""
    then = "It then goes to the endpoint by itself." if job.metadata.get("endpoint") else "Nothing is deployed by it."
    return _publish(
        job,
        sns,
        subject=f"{job.name}: a head waits for approval",
        text=f"{state['package']} has passed the gate: {_ratios(state)}.\n"
        f"Measurements: {_reports(state)}\n\n"
        f"Approve it, or reject it, in the model registry or with\n"
        f"  aws sagemaker update-model-package --model-approval-status Approved \\\n"
        f"    --model-package-arn {state['package']}\n{then}",
    )


def not_worth_it(job: Job, state: State, sns: Any) -> Outcome:
    """Tell that the head has not passed the gate; nothing is registered."""
    reasons = "".join(f"\n- {reason}" for reason in state["reasons"])
    return _publish(
        job,
        sns,
        subject=f"{job.name}: the head has not passed the gate",
        text=f"{state['optimization_job']} has trained a head that is not registered ({_ratios(state)}):{reasons}\n\n"
        f"Measurements: {_reports(state)}",
    )


def failed(job: Job, state: State, sns: Any) -> Outcome:
    """Tell what failed."""
    reason = reason_of(state)
    outcome = _publish(job, sns, subject=f"{job.name}: the optimization failed", text=reason)
    return done(**outcome.changes, cause=reason)


def kept(job: Job, state: State, sns: Any) -> Outcome:
    """Tell that the endpoint has its head, and what to write into the environment file."""
    package = {"source": "package", "arn": state["package"], **(job.switch.package if job.switch else {})}
    # The environment file has images without their digests.
    lines = "".join(f"    {key}: {value.partition('@')[0]}\n" for key, value in package.items())
    return _publish(
        job,
        sns,
        subject=f"{job.name}: the endpoint speculates",
        text=f"{state['endpoint']} serves {state['package']}: {_ratios(state)}, {state['drafted']} tokens drafted.\n"
        f"Its stack no longer changes the endpoint, as that would take the head away. Before its next change write\n"
        f"  model:\n{lines}"
        f"into the environment file in place of `model`, `image` and `environment`, and then lift the policy of its "
        f"stack; docs/optimization.md says how.",
    )


def not_kept(job: Job, state: State, sns: Any) -> Outcome:
    """Tell that the endpoint serves as before."""
    reason = reason_of(state)
    outcome = _publish(
        job,
        sns,
        subject=f"{job.name}: the head was not kept",
        text=f"{state.get('package')} is not served. {reason}\n{state.get('now', '')}",
    )
    return done(**outcome.changes, cause=reason)


def stuck(job: Job, state: State, sns: Any) -> Outcome:
    """Tell that the way back has failed: the endpoint may still have the head."""
    error = state.get("stuck")
    reason = _told(error) if error else str(state["reason"])
    before = reason_of(state if error else {**state, "reason": None})
    outcome = _publish(
        job,
        sns,
        subject=f"{job.name}: LOOK AT THE ENDPOINT, the way back has failed",
        text=f"{state['endpoint']} was to go back to {state['previous']} ({before}), and could not: {reason}\n"
        f"It may still serve {state['package']}. Look at it, and take it back with\n"
        f"  aws sagemaker update-endpoint --endpoint-name {state['endpoint']} \\\n"
        f"    --endpoint-config-name {state['previous']} --retain-all-variant-properties\n"
        f"The package is still Approved.",
    )
    return done(**outcome.changes, cause=f"the way back has failed: {reason}")


def reason_of(state: State) -> str:
    """Why it failed: what a step said, or the error that broke one."""
    caught: Any = state.get("caught")
    return _told(caught) if caught else str(state.get("why") or state.get("reason") or "no reason was given")


def _told(caught: Any) -> str:
    try:
        return str(json.loads(caught["Cause"])["errorMessage"])
    except (KeyError, TypeError, ValueError):
        return f"{caught.get('Error')}: {caught.get('Cause')}"


def _ratios(state: State) -> str:
    ratios: dict[str, float] = state.get("ratios", {})
    return ", ".join(f"{name} {value:.2f} times that of before" for name, value in sorted(ratios.items())) or "no ratio"


def _reports(state: State) -> str:
    return ", ".join(state["reports"].values())


def _publish(job: Job, sns: Any, *, subject: str, text: str) -> Outcome:
    sns.publish(TopicArn=job.topic, Subject=subject[:_SUBJECT], Message=text[:_TEXT])
    return done()
