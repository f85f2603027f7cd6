"""Renders the GitHub Actions workflows from the team's files; the result is committed, and read like other code."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from promotion.account import bootstrap_role
from promotion.options import Plan
from promotion.pipeline import Stage
from promotion.workflow import steps
from promotion.workflow.actions import ACTIONS
from promotion.workflow.roles import role_arn

_TEMPLATES = Path(__file__).with_name("templates")
_ALWAYS = ("pull-request.yml", "promote.yml", "drift.yml")
_PREVIEWS = "preview.yml"
_LONGEST = 360
"""Minutes of a job on GitHub's own runners: https://docs.github.com/en/actions/reference/limits"""


def render(plan: Plan) -> dict[str, str]:
    """Every workflow by its file name."""
    # Not the usual marks of Jinja: `${{ }}` belongs to GitHub.
    engine = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - writes YAML, and every value was validated
    )
    names = (*_ALWAYS, _PREVIEWS) if plan.pipeline.previews else _ALWAYS
    known = {"pipeline": plan.pipeline, "actions": ACTIONS, "steps": steps, "stages": _stages(plan)}
    written = {name: engine.get_template(f"{name}.j2").render(known, preview=_preview(plan)) for name in names}
    return {name: _tidy(text) for name, text in written.items()}


def _tidy(text: str) -> str:
    """No empty line within a list of steps, and never two."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"\n\n+(?= {6})", "\n", text))


def _stages(plan: Plan) -> list[dict[str, object]]:
    """What templates read of each stage; `after` is the job that has to be done before it."""
    found: list[dict[str, object]] = []
    after = "upgrade"
    for stage in plan.pipeline.stages:
        found.append(_stage(plan, stage, after))
        after = f"{stage.environment}-deploy"
    return found


def _stage(plan: Plan, stage: Stage, after: str) -> dict[str, object]:
    environment = plan.environments[stage.environment]
    return {
        "name": stage.environment,
        "id": environment.stage,
        "region": environment.region,
        "fail_on": stage.fail_on.value,
        "pull_requests": stage.pull_requests,
        "review_environment": stage.review_environment,
        "review_role": role_arn(environment, "review"),
        "lookup_role": bootstrap_role(
            "lookup", qualifier=plan.pipeline.qualifier, account=environment.account, region=environment.region
        ),
        "deploy_role": role_arn(environment, "deploy"),
        "after": after,
        "minutes": min(_LONGEST, 180 + 4 * stage.monitoring_minutes),
    }


def _preview(plan: Plan) -> dict[str, object]:
    if not plan.pipeline.previews:
        return {}
    environment = plan.environments[plan.pipeline.previews.environment]
    return {
        "region": environment.region,
        "role": role_arn(environment, "preview"),
        "qualifier": plan.pipeline.qualifier,
    }
