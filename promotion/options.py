"""Arguments and options that several commands have, and what they stand for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from operations.local.assembly import Environment
from promotion.account import Account
from promotion.environments import PlatformEnvironment, read_environments
from promotion.pipeline import Pipeline, read_pipeline
from promotion.synthesized import read_synthesized

Assembly = Annotated[Path, typer.Argument(metavar="ASSEMBLY", help="A folder that `cdk synth` wrote.")]
Name = Annotated[str, typer.Argument(metavar="ENV", help="An environment, e.g. dev.")]
Digest = Annotated[str, typer.Option(help="What `python -m promotion seal` printed.")]
Folder = Annotated[Path, typer.Option("--environments", help="Where environment files stand.")]
PipelineFile = Annotated[Path, typer.Option("--pipeline", help="The team's file of the promotion.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

ENVIRONMENTS = Path("environments")
PIPELINE = Path(__file__).with_name("pipeline.yaml")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The environment files with the pipeline that fits them."""

    environments: dict[str, PlatformEnvironment]
    pipeline: Pipeline

    def account(self, environment: Environment) -> Account:
        """The account that an environment of the assembly is deployed to."""
        return Account(id=environment.account, qualifier=self.pipeline.qualifier)

    def synthesized(self, assembly: Path, name: str) -> Environment:
        """One environment of the assembly; a PromotionError where the pipeline or the assembly does not have it."""
        self.pipeline.stage(name)
        return read_synthesized(assembly, environment=name, qualifier=self.pipeline.qualifier)


def plan_of(folder: Path, pipeline: Path) -> Plan:
    """Read both. Raises PromotionError for what either refuses."""
    environments = read_environments(folder)
    return Plan(environments=environments, pipeline=read_pipeline(pipeline, environments))
