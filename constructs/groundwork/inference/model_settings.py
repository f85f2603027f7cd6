"""Where an endpoint's model comes from."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.images import Image
from groundwork.settings import Allowed, Refusal, Section, refuse

S3Prefix = Annotated[
    str,
    Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([A-Za-z0-9!_.*'()-]+/)+$", max_length=1024),
    Allowed("an S3 prefix that ends in a slash, such as s3://my-models/qwen3-32b/"),
]
KeyArn = Annotated[
    str,
    Field(pattern=r"^arn:aws:kms:[a-z0-9-]+:\d{12}:key/[a-z0-9-]+$"),
    Allowed("the ARN of a key such as arn:aws:kms:us-east-1:111122223333:key/..."),
]


class Provenance(Section):
    """Which published weights these are, and that somebody accepted their licence."""

    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$"), Allowed("owner/name of the model's repository")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$"), Allowed("a commit: 40 hexadecimal digits, not a branch")]
    licence_accepted: bool = False
    """Whether somebody who may has read and accepted the model's licence."""


class S3Model(Section):
    """Uncompressed weights below an S3 prefix of the environment's Region."""

    source: Literal["s3"]
    uri: S3Prefix
    key: KeyArn | None = None
    """The key that encrypts the objects. None: S3's own, or the bucket's default that needs no grant."""
    architecture: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")] | None = None
    """`architectures[0]` of the model's config.json; needed for speculation."""
    provenance: Provenance | None = None


class PackageModel(Section):
    """An approved model package: image, weights and environment are the package's."""

    source: Literal["package"]
    arn: Annotated[
        str,
        Field(pattern=r"^arn:aws:sagemaker:[a-z0-9-]+:\d{12}:model-package/[A-Za-z0-9-]{1,63}(/\d{1,9})?$"),
        Allowed("the ARN of a model package"),
    ]
    weights: S3Prefix | None = None
    """Where the package keeps its weights, for the role. None: a Marketplace package, whose weights AWS reads."""
    key: KeyArn | None = None
    """The key that encrypts them. None: S3's own."""
    image: Image | None = None
    """The server that the package names, for the role: it pulls it. None: a Marketplace package."""

    @field_validator("image")
    @classmethod
    def _weights_and_server_come_together(cls, value: Image | None, info: ValidationInfo) -> Image | None:
        if "weights" in info.data and (info.data["weights"] is None) != (value is None):
            reason = "the role needs weights and server of a package of your own, and neither of one of Marketplace"
            refuse([Refusal(reason=reason, allowed="`weights` and `image`, or none of them")])
        return value


class JumpStartModel(Section):
    """Weights that AWS keeps for JumpStart."""

    source: Literal["jumpstart"]
    uri: S3Prefix
    """Below a bucket of JumpStart such as s3://jumpstart-cache-prod-us-east-1/."""
    hub_content: (
        Annotated[
            str,
            Field(pattern=r"^arn:aws:sagemaker:[a-z0-9-]+:(aws|\d{12}):hub-content/[A-Za-z0-9./_-]+$"),
            Allowed("the ARN of a model of a hub"),
        ]
        | None
    ) = None
    """The model of a curated hub, where access is given by one."""
    licence_accepted: bool
    """Whether somebody who may has read and accepted the model's licence; nothing is deployed without."""

    @field_validator("uri")
    @classmethod
    def _is_of_jumpstart(cls, value: str) -> str:
        if not value.startswith("s3://jumpstart-"):
            refuse([Refusal(reason="not a bucket of JumpStart", allowed="s3://jumpstart-..., or source: s3")])
        return value

    @field_validator("licence_accepted")
    @classmethod
    def _licence_is_accepted(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: ARG003
        if not value:
            refuse([Refusal(reason="the licence is not accepted", allowed="true, by somebody who may")])
        return value


ModelSource = Annotated[
    S3Model | PackageModel | JumpStartModel,
    Field(discriminator="source"),
    Allowed("source: s3, package or jumpstart, and its own keys"),
]
