"""The stacks that a promotion stands on: `cdk deploy --app "python -m promotion.stacks.app"`.

An app of its own: an administrator deploys it, once for each account. The pipeline must not be able to change who may
start it, so these stacks are no part of the assembly that goes through it.
"""

import json
import sys
from pathlib import Path

import aws_cdk as cdk

from promotion.environments import PlatformEnvironment
from promotion.errors import PromotionError
from promotion.options import ENVIRONMENTS, PIPELINE, Plan, plan_of
from promotion.stacks.code_pipeline import PromotionPipeline
from promotion.stacks.github_access import GithubAccess
from rules import validation_plugins
from rules.nag import nag_plugins
from rules.report import open_findings

_ROOT = Path(__file__).resolve().parents[2]


def build(app: cdk.App, plan: Plan) -> None:
    """Add one stack of roles for each account, and the pipeline where the team's file has a place for it."""
    accounts: dict[str, list[PlatformEnvironment]] = {}
    for stage in plan.pipeline.stages:
        environment = plan.environments[stage.environment]
        accounts.setdefault(environment.account, []).append(environment)
    for account, environments in accounts.items():
        GithubAccess(app, f"GithubAccess{account}", pipeline=plan.pipeline, environments=environments)
    if plan.pipeline.codepipeline:
        PromotionPipeline(app, "PromotionPipeline", plan=plan, place=plan.pipeline.codepipeline)


def context() -> dict[str, object]:
    """The feature flags of cdk.json, which a process of its own would not get."""
    flags = json.loads((_ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return {"aws:cdk:disable-creation-stack-traces": True, "aws:cdk:disable-stack-trace": True, **flags}


def attach_checks(app: cdk.App) -> None:
    """The checks that the platform itself has to pass."""
    checks = [*nag_plugins(), *validation_plugins(image_lock=_ROOT / "images.lock.yaml")]
    cdk.Validations.of(app).add_plugins(*checks)


def synth() -> None:
    """Write the assembly; exits with 1 and what is wrong."""
    app = cdk.App(context=context(), post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False})
    folder = Path(str(app.node.try_get_context("environments") or ENVIRONMENTS))
    try:
        build(app, plan_of(folder, Path(str(app.node.try_get_context("pipeline") or PIPELINE))))
    except PromotionError as error:
        sys.exit(str(error))
    attach_checks(app)
    if findings := open_findings(Path(app.synth().directory)):
        sys.exit("\n".join([*findings, f"{len(findings)} findings"]))


if __name__ == "__main__":
    synth()
