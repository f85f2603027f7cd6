"""Every container image is `repository@sha256:...` with a digest that stands in the image lock.

A tag moves: what was tested is then not what runs, and who may push to the repository may run code here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import Finding
from .image_properties import images
from .template import Resource, Template

RULE = "NoUnpinnedImage"

_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")
# The CDK builds this image from the assembly and tags it with the hash of its sources.
_CDK_ASSET = re.compile(
    r"^(\d{12}|\$\{AWS::AccountId\})\.dkr\.ecr\.[^/]+/cdk-[a-z0-9]+-container-assets-[^/]+:[\w.-]*[0-9a-f]{64}$"
)
# CodeBuild's own images; it takes no digest for them.
_CODEBUILD = re.compile(r"^aws/codebuild/[\w./-]+:[\w.-]+$")


def check(template: Template, *, digests: frozenset[str]) -> Iterator[Finding]:
    """Findings for every image without a digest, and for every digest that is not in `digests`."""
    for resource in template.resources:
        for path, image in images(template, resource):
            if _is_pinned_otherwise(template, resource, image):
                continue
            digest = _DIGEST.search(image)
            if digest and digest.group(1) in digests:
                continue
            yield Finding(
                rule=RULE,
                detail=_short(image),
                resource=resource.id,
                path=path,
                message=f"The image '{image}' is "
                + ("pinned to a digest that the image lock does not hold." if digest else "not pinned by a digest."),
                fix="Add the image to images.lock.yaml, run `python -m operations images lock`, use repository@digest.",
            )


def _is_pinned_otherwise(template: Template, resource: Resource, image: str) -> bool:
    if resource.type == "AWS::CodeBuild::Project" and _CODEBUILD.match(image):
        return True
    asset = _CDK_ASSET.match(image)
    if asset:
        # In another account somebody else writes the tags.
        return asset.group(1) in ("${AWS::AccountId}", template.account)
    # A state machine may be told its image at run time: that image is checked where the caller names it.
    return image.startswith(("$.", "$$.", "{%"))


def _short(image: str) -> str:
    """The image without its registry, which differs between accounts and regions."""
    registry, _, rest = image.partition("/")
    return rest if rest and ("." in registry or ":" in registry or registry == "localhost") else image
