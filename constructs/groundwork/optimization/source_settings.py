"""What an EAGLE job reads: the model, an existing head, and what the head learns from."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.inference.endpoint_settings import EndpointName
from groundwork.inference.model_settings import KeyArn, S3Prefix
from groundwork.inference.speculation import EAGLE_ARCHITECTURES
from groundwork.settings import Allowed, Refusal, Section, refuse

TrainingFormat = Literal["sharegpt", "openai_chat", "openai_completions"]
"""What an EAGLE job reads (API reference of SageMaker, ModelSpeculativeDecodingTrainingDataSource). A line of each is
in docs/training-data.md."""
Tolerance = Annotated[float, Field(ge=0, lt=1, strict=False), Allowed("a share of the lines: 0 or more, less than 1")]
# Of the converter as well (lambda/capture_converter/redaction.py); a test compares them.
BUILT_IN_RULES = ("email", "aws_access_key", "us_ssn", "card", "ipv4", "phone")


class HubRevision(Section):
    """A revision of a Hugging Face repository that a job copies to the model's prefix, once."""

    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$"), Allowed("owner/name of the model's repository")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$"), Allowed("a commit: 40 hexadecimal digits, not a branch")]
    licence_accepted: bool
    """Whether somebody who may has read and accepted the model's licence; nothing is copied without. It is recorded
    beside the weights, on the job that copies them and on each model package."""
    token: (
        Annotated[
            str,
            Field(pattern=r"^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$"),
            Allowed("the ARN of a secret of Secrets Manager that holds the token and nothing else"),
        ]
        | None
    ) = None
    """For a repository that asks for one."""

    @field_validator("licence_accepted")
    @classmethod
    def _licence_is_accepted(cls, value: bool) -> bool:
        if not value:
            refuse([Refusal(reason="the licence is not accepted", allowed="true, by somebody who may")])
        return value


class TargetModel(Section):
    """The model that the head drafts for: uncompressed weights below an S3 prefix of the environment's Region."""

    uri: S3Prefix
    key: KeyArn | None = None
    """The key that encrypts the objects. None: S3's own."""
    architecture: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")] | None = None
    """`architectures[0]` of its config.json, to be told before a deployment; the job reads the file itself."""
    hub: HubRevision | None = None
    """Where the weights come from, if they are not there yet."""

    @field_validator("architecture")
    @classmethod
    def _has_heads(cls, value: str | None) -> str | None:
        if value and value not in EAGLE_ARCHITECTURES:
            allowed = ", ".join(sorted(EAGLE_ARCHITECTURES))
            refuse([Refusal(reason="SageMaker trains no EAGLE head for it", allowed=allowed)])
        return value


class Head(Section):
    """A head that is trained further."""

    uri: S3Prefix
    """Its config.json and weights."""
    key: KeyArn | None = None


class StoredData(Section):
    """A data set of your own, below an S3 prefix."""

    source: Literal["s3"]
    uri: S3Prefix
    format: TrainingFormat
    key: KeyArn | None = None
    """The key that encrypts the objects. None: S3's own."""
    tolerance: Tolerance = 0.0
    """Share of the lines that may be bad; more, and no job is started."""


class CapturedData(Section):
    """What an endpoint of the environment was asked and answered, converted before each job."""

    source: Literal["capture"]
    endpoint: EndpointName
    """One of `inference`, with `capture`."""
    format: TrainingFormat = "openai_chat"
    rules: Mapping[str, str] = Field(default_factory=dict)
    """Own rules of redaction, regular expressions by name; all built-in ones apply as well."""
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """How long what was converted is kept. People typed it: not longer than needed."""

    @field_validator("rules")
    @classmethod
    def _rules_can_be_used(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        refuse(_refusals_of_rules(value))
        return value


TrainingData = Annotated[
    StoredData | CapturedData,
    Field(discriminator="source"),
    Allowed("source: s3 or capture, and its own keys"),
]


def one_head(head: Head | None, info: ValidationInfo) -> Head | None:
    """Refuse a head that lies among the model's own weights, which are read as a whole."""
    model: TargetModel | None = info.data.get("model")
    if head and model and head.uri.startswith(model.uri):
        reason = "among the model's weights, which are read as a whole"
        refuse([Refusal(reason=reason, allowed="a prefix outside of the model's", at=("uri",), value=head.uri)])
    return head


def _refusals_of_rules(rules: Mapping[str, str]) -> Iterator[Refusal]:
    for name, pattern in rules.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name):
            yield Refusal(reason="not a name", allowed="names like employee_number", at=(name,), value=pattern)
        elif name in BUILT_IN_RULES:
            yield Refusal(reason="a built-in rule has this name", allowed="another name", at=(name,), value=pattern)
        else:
            try:
                if re.compile(pattern).match(""):
                    reason = "matches nothing at all, and so everywhere"
                    yield Refusal(reason=reason, allowed="an expression of one character or more", at=(name,))
            except re.error as error:
                yield Refusal(reason=f"no regular expression: {error}", allowed="one of Python's", at=(name,))
