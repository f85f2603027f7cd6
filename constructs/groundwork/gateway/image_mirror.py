"""A copy of a public image in the account's own registry."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.job import Job

VERSIONS_KEPT = 20
"""Among them the version of a roll-back."""
MANIFESTS = 5
"""Of a version: its index, an image for each of two platforms, and their attestations."""

_ACTIONS = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]


class ImageMirror(Construct):
    """Copies an image at deployment, by digest and with nobody's credentials, so that tasks pull it from inside.

    A task then starts also where the network is closed, and while the public registry is down or limits its callers.
    """

    repository: ecr.Repository
    image: ecs.ContainerImage
    """The copy, by the source's own digest; name each task that runs it to `pulled_by`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        source: str,
        tag: str,
        digest: str,
        key: kms.IKey,
        operations_key: kms.IKey,
        platforms: Sequence[str] = ("linux/amd64", "linux/arm64"),
    ) -> None:
        """
        Args:
            source: `registry/repository`, readable by anyone.
            tag: the source's, for people; the copy is tagged with it and the first 12 digits of the digest.
            digest: `sha256:...` of the image's index, or of the image where it has no index.
            key: encrypts the repository.
            operations_key: encrypts the logs.
            platforms: `os/architecture` that the image must have; the deployment fails where it lacks one.
        """
        super().__init__(scope, construct_id)
        self.repository = ecr.Repository(
            self,
            "Repository",
            encryption=ecr.RepositoryEncryption.KMS,
            encryption_key=key,
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            # The public registry has what is lost, and the lock knows its digest.
            removal_policy=cdk.RemovalPolicy.DESTROY,
            empty_on_delete=True,
            lifecycle_rules=_lifecycle(),
        )
        Job(
            self,
            "Copy",
            folder="image_mirror",
            resource_type="Custom::ImageMirror",
            properties={
                "Source": source,
                "Tag": tag,
                "Digest": digest,
                "Repository": self.repository.repository_name,
                "Platforms": sorted(platforms),
            },
            is_complete=[iam.PolicyStatement(actions=_ACTIONS, resources=[self.repository.repository_arn])],
            timeout=cdk.Duration.hours(1),
            operations_key=operations_key,
            # 200 MiB are in use with parts of 20 MiB; memory also buys the processor that hashes and encrypts.
            memory_mib=1024,
        )
        self.image = ecs.ContainerImage.from_ecr_repository(self.repository, digest)

    def pulled_by(self, definition: ecs.TaskDefinition) -> None:
        """Let a task that runs the image wait for it: before the copy is done there is nothing to pull."""
        definition.node.add_dependency(self)
        acknowledge(
            definition.obtain_execution_role(),
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="ecr:GetAuthorizationToken takes no resource. The token opens what the role may pull, and that is "
            "this one repository.",
        )


def _lifecycle() -> list[ecr.LifecycleRule]:
    # By number alone, and of any tag: only an index has one, and a rule on what has none could take the manifests that
    # a running version is made of.
    return [
        ecr.LifecycleRule(
            description=f"The newest {VERSIONS_KEPT} versions, of up to {MANIFESTS} manifests each",
            tag_status=ecr.TagStatus.ANY,
            max_image_count=VERSIONS_KEPT * MANIFESTS,
        )
    ]
