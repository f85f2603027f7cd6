"""Where a template names container images: in properties, in JSON text, and in the user data of an instance."""

from __future__ import annotations

from collections.abc import Iterator

from .docker_commands import images_run
from .image_texts import images_in, images_in_text
from .intrinsics import function, items, mapping
from .secret_search import decoded, parsed
from .template import Resource, Template

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
    "AWS::SageMaker::DataQualityJobDefinition": ("DataQualityAppSpecification.ImageUri",),
    "AWS::SageMaker::ModelBiasJobDefinition": ("ModelBiasAppSpecification.ImageUri",),
    "AWS::SageMaker::ModelExplainabilityJobDefinition": ("ModelExplainabilityAppSpecification.ImageUri",),
    "AWS::SageMaker::ModelQualityJobDefinition": ("ModelQualityAppSpecification.ImageUri",),
    "AWS::SageMaker::MonitoringSchedule": (
        "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringAppSpecification.ImageUri",
    ),
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
# Structures that name images by the keys of Kubernetes, of charts and of SageMaker. The images that a chart names by
# itself stand nowhere in a template.
STRUCTURE_PROPERTIES = {
    "Custom::AWSCDK-EKS-KubernetesResource": ("Manifest",),
    "Custom::AWSCDK-EKS-KubernetesPatch": ("ApplyPatchJson",),
    "Custom::AWSCDK-EKS-HelmChart": ("Values",),
    "AWS::EKS::Addon": ("ConfigurationValues",),
    "AWS::StepFunctions::StateMachine": ("DefinitionString", "Definition"),
}

USER_DATA = {
    "AWS::EC2::Instance": ("UserData",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData.UserData",),
    "AWS::AutoScaling::LaunchConfiguration": ("UserData",),
}


def images(template: Template, resource: Resource) -> Iterator[tuple[str, str]]:
    """(property path, image) for every image that a resource names."""
    for path in IMAGE_PROPERTIES.get(resource.type, ()):
        for value in _at(resource.properties, path.split(".")):
            for image in template.texts(value):
                yield f"Properties.{path}", image
    for key in STRUCTURE_PROPERTIES.get(resource.type, ()):
        value = resource.properties.get(key)
        if isinstance(value, str) or function(value):
            for text in template.texts(value):
                structure = parsed(text)
                for image in images_in_text(text) if structure is None else images_in(template, structure):
                    yield f"Properties.{key}", image
        else:
            for image in images_in(template, value):
                yield f"Properties.{key}", image
    for path in USER_DATA.get(resource.type, ()):
        for value in _at(resource.properties, path.split(".")):
            for text in template.texts(value):
                for image in images_run(decoded(text)):
                    yield f"Properties.{path}", image


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
