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
        f"Measurements: {state['reports']['before']}, {state['reports']['after']}\n\n"
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
        f"Measurements: {state['reports']['before']}, {state['reports']['after']}",
    )


def failed(job: Job, state: State, sns: Any) -> Outcome:
    """Tell what failed."""
    reason = reason_of(state)
    outcome = _publish(job, sns, subject=f"{job.name}: the optimization failed", text=reason)
    return done(**outcome.changes, cause=reason)


def kept(job: Job, state: State, sns: Any) -> Outcome:
    """Tell that the endpoint has its head, and what to write into the environment file."""
    return _publish(
        job,
        sns,
        subject=f"{job.name}: the endpoint speculates",
        text=f"{state['endpoint']} serves {state['package']}: {_ratios(state)}, {state['drafted']} tokens drafted.\n"
        f"Its stack no longer changes the endpoint, as that would take the head away. Before its next change write\n"
        f"  model: {{source: package, arn: {state['package']}}}\n"
        f"into the environment file, and then lift the policy of its stack; docs/optimization.md says how.",
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


def reason_of(state: State) -> str:
    """Why it failed: what a step said, or the error that broke one."""
    caught: Any = state.get("caught")
    if not caught:
        return str(state.get("why") or state.get("reason") or "no reason was given")
    try:
        return str(json.loads(caught["Cause"])["errorMessage"])
    except (KeyError, TypeError, ValueError):
        return f"{caught.get('Error')}: {caught.get('Cause')}"


def _ratios(state: State) -> str:
    ratios: dict[str, float] = state.get("ratios", {})
    return ", ".join(f"{name} {value:.2f} times that of before" for name, value in sorted(ratios.items())) or "no ratio"


def _publish(job: Job, sns: Any, *, subject: str, text: str) -> Outcome:
    sns.publish(TopicArn=job.topic, Subject=subject[:_SUBJECT], Message=text[:_TEXT])
    return done()
