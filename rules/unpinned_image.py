"""Every container image is `repository@sha256:...` with a digest that stands in the image lock.

A tag moves: what was tested is then not what runs, and who may push to the repository may run code here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import Finding
from .intrinsics import function, items, mapping
from .template import Resource, Template

RULE = "NoUnpinnedImage"

# Where CloudFormation types name an image; `*` stands for every element of a list.
IMAGE_PROPERTIES = {
    "AWS::ECS::TaskDefinition": ("ContainerDefinitions.*.Image",),
    "AWS::SageMaker::Model": ("PrimaryContainer.Image", "Containers.*.Image"),
    "AWS::SageMaker::ModelPackage": (
        "InferenceSpecification.Containers.*.Image",
        "AdditionalInferenceSpecifications.*.Containers.*.Image",
    ),
    "AWS::SageMaker::InferenceComponent": ("Specification.Container.Image",),
    "AWS::SageMaker::ImageVersion": ("BaseImage",),
    "AWS::SageMaker::ProcessingJob": ("AppSpecification.ImageUri",),
    "AWS::Lambda::Function": ("Code.ImageUri",),
    "AWS::CodeBuild::Project": ("Environment.Image",),
    "AWS::Batch::JobDefinition": (
        "ContainerProperties.Image",
        "NodeProperties.NodeRangeProperties.*.Container.Image",
        "EcsProperties.TaskProperties.*.Containers.*.Image",
        "EksProperties.PodProperties.Containers.*.Image",
        "EksProperties.PodProperties.InitContainers.*.Image",
    ),
    "AWS::AppRunner::Service": ("SourceConfiguration.ImageRepository.ImageIdentifier",),
    "AWS::BedrockAgentCore::Runtime": ("AgentRuntimeArtifact.ContainerConfiguration.ContainerUri",),
}
# JSON text that names images: Kubernetes manifests and state machines that start SageMaker jobs.
JSON_PROPERTIES = {
    "Custom::AWSCDK-EKS-KubernetesResource": ("Manifest",),
    "AWS::StepFunctions::StateMachine": ("DefinitionString", "Definition"),
}
_IMAGE_IN_JSON = re.compile(r'"(?:image|Image|ImageUri|TrainingImage)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_IMAGE_KEYS = ("image", "Image", "ImageUri", "TrainingImage")

_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")
# The CDK builds this image from the assembly and tags it with the hash of its sources.
_CDK_ASSET = re.compile(
    r"^(?:\d{12}|\$\{AWS::AccountId\})\.dkr\.ecr\.[^/]+/cdk-[a-z0-9]+-container-assets-[^/]+:[\w.-]*[0-9a-f]{64}$"
)


def check(template: Template, *, digests: frozenset[str]) -> Iterator[Finding]:
    """Findings for every image without a digest, and for every digest that is not in `digests`."""
    for resource in template.resources:
        for path, image in _images(template, resource):
            if _CDK_ASSET.match(image) or _from_execution_input(image):
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


def _images(template: Template, resource: Resource) -> Iterator[tuple[str, str]]:
    for path in IMAGE_PROPERTIES.get(resource.type, ()):
        for value in _at(resource.properties, path.split(".")):
            for image in template.texts(value):
                yield f"Properties.{path}", image
    for key in JSON_PROPERTIES.get(resource.type, ()):
        value = resource.properties.get(key)
        if isinstance(value, str) or function(value):
            for text in template.texts(value):
                for image in _IMAGE_IN_JSON.findall(text):
                    yield f"Properties.{key}", image
        else:
            for path, name, text in template.strings(value, f"Properties.{key}"):
                if name in _IMAGE_KEYS:
                    yield path, text


def _at(value: object, path: list[str]) -> Iterator[object]:
    if not path:
        yield value
    elif path[0] == "*":
        for item in items(value):
            yield from _at(item, path[1:])
    else:
        for item in items(value):
            if path[0] in mapping(item):
                yield from _at(mapping(item)[path[0]], path[1:])


def _from_execution_input(image: str) -> bool:
    """A state machine may be told its image at run time: that image is checked where the caller names it."""
    return image.startswith(("$.", "$$.", "{%"))


def _short(image: str) -> str:
    """The image without its registry, which differs between accounts and regions."""
    registry, _, rest = image.partition("/")
    return rest if rest and ("." in registry or ":" in registry or registry == "localhost") else image
