"""The team's file of the promotion: which environments an assembly goes through, in which order, behind which gates."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from operations.toolkit import QUALIFIER
from promotion.environments import PlatformEnvironment
from promotion.errors import PromotionError
from promotion.yaml_file import read_yaml

MOST_ALARMS = 5
"""What CloudFormation watches during one deployment, at most.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackConfiguration.html"""
LONGEST_MONITORING = 180
"""Minutes; same page."""
LONGEST_PREVIEW = 168
"""Hours: a week."""


class FailOn(StrEnum):
    """Which changes stop a promotion, as `cdk diff --fail-on` takes them."""

    NEVER = "never"
    ANY_CHANGE = "any-change"
    BROADENING = "broadening"
    DESTRUCTIVE = "destructive"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SmokeTest(_Part):
    """A page that answers when the environment works."""

    stack: str
    """Without its stage: `Edge`."""
    output: str
    """The output of the stack that holds the address, which begins with https://."""
    path: Annotated[str, Field(pattern=r"^/")] = "/"
    status: Annotated[int, Field(ge=100, le=599)] = 200


class Stage(_Part):
    """One environment's place in the promotion."""

    environment: str
    approval: bool = False
    """Whether a person has to agree before anything is deployed. Production needs it."""
    pull_requests: bool = False
    """Whether code of a pull request may read the account to compare with it. Never in production."""
    fail_on: FailOn = FailOn.DESTRUCTIVE
    rollback_alarms: Annotated[tuple[str, ...], Field(max_length=MOST_ALARMS)] | None = None
    """Construct paths without the stage (`Gateway/Service/Errors`) of alarms that roll a deployment back; by default
    the first five of the environment."""
    monitoring_minutes: Annotated[int, Field(ge=0, le=LONGEST_MONITORING)] = 0
    """How long the alarms are watched after each stack's deployment."""
    smoke: tuple[SmokeTest, ...] = ()

    @property
    def review_environment(self) -> str:
        """The GitHub Environment of the job that only reads."""
        return f"{self.environment}-review"


class Previews(_Part):
    """Environments that pull requests get for a while."""

    environment: str
    """Whose file a preview is made from."""
    hours: Annotated[int, Field(ge=1, le=LONGEST_PREVIEW)] = 24


class CodePipelinePlace(_Part):
    """Where the pipeline itself stands, for teams in CodePipeline: an account of its own, best."""

    account: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    connection_arn: Annotated[
        str, Field(pattern=r"^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/[\w-]+$")
    ]
    """Of AWS CodeConnections, to the repository."""


class Pipeline(_Part):
    """The whole file."""

    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$")]
    """On GitHub: owner/name."""
    branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")] = "main"
    qualifier: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,10}$")] = QUALIFIER
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    previews: Previews | None = None
    codepipeline: CodePipelinePlace | None = None

    def stage(self, environment: str) -> Stage:
        """Raises PromotionError for an environment that is not promoted to."""
        for stage in self.stages:
            if stage.environment == environment:
                return stage
        there = ", ".join(stage.environment for stage in self.stages)
        raise PromotionError(f"The pipeline has no stage for environment {environment}; it has: {there}.")

    @model_validator(mode="after")
    def _every_environment_once(self) -> Self:
        names = [stage.environment for stage in self.stages]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"stages: {', '.join(twice)} stands more than once; each environment has one place")
        return self


def read_pipeline(file: Path, environments: dict[str, PlatformEnvironment]) -> Pipeline:
    """Read the file and hold it against the environments.

    Raises PromotionError for an unknown environment, production without approval, before what is no production or open
    to pull requests, and previews of what is production or keeps its data.
    """
    pipeline = read_yaml(file, Pipeline)
    if refusals := [*_refusals(pipeline, environments)]:
        raise PromotionError("\n".join([f"{file} is refused:", *(f"  {refusal}" for refusal in refusals)]))
    return pipeline


def _refusals(pipeline: Pipeline, environments: dict[str, PlatformEnvironment]) -> list[str]:
    known = ", ".join(sorted(environments))
    found: list[str] = []
    production = ""
    for index, stage in enumerate(pipeline.stages):
        field, environment = f"stages.{index}", environments.get(stage.environment)
        if environment is None:
            found.append(f"{field}.environment: no file says `name: {stage.environment}`; there are: {known}")
        elif environment.production:
            production = production or stage.environment
            if not stage.approval:
                found.append(f"{field}.approval: {stage.environment} is production; allowed: true")
            if stage.pull_requests:
                found.append(f"{field}.pull_requests: {stage.environment} is production; allowed: false")
        elif production:
            found.append(f"{field}.environment: {stage.environment} comes after {production}, which is production")
    if pipeline.previews:
        found += _refusals_of_previews(pipeline.previews, environments)
    return found


def _refusals_of_previews(previews: Previews, environments: dict[str, PlatformEnvironment]) -> list[str]:
    environment, field = environments.get(previews.environment), "previews.environment"
    if environment is None:
        return [f"{field}: no file says `name: {previews.environment}`; there are: {', '.join(sorted(environments))}"]
    if environment.production:
        return [f"{field}: {previews.environment} is production, and no preview is made of production"]
    if environment.keep_data:
        return [
            f"{field}: {previews.environment} keeps its data, so a preview of it would stay; allowed: keep_data: false"
        ]
    return []
