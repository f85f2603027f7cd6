"""The copy of the image in the account's own registry, as it is deployed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms

import app as platform_app
from groundwork.gateway.image_mirror import MANIFESTS, VERSIONS_KEPT, ImageMirror
from groundwork.images import read_image_lock
from image_mirror.order import read_order
from rules.image_lock import locked_digests
from rules.template import Template
from rules.unpinned_image import check
from tests.gateway.iam_policy import allows
from tests.handlers.image_mirror.world import running

SOURCE, TAG = "ghcr.io/berriai/litellm-database", "v1.104.0"
DIGEST = str(read_image_lock(platform_app.IMAGE_LOCK)[f"{SOURCE}:{TAG}"])


def mirrored(scope: cdk.App) -> cdk.Stack:
    """A stack with a mirror, and a task that runs its image."""
    stack = cdk.Stack(scope, "Mirror", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    key, operations_key = kms.Key(stack, "Key"), kms.Key(stack, "OperationsKey")
    mirror = ImageMirror(stack, "Image", source=SOURCE, tag=TAG, digest=DIGEST, key=key, operations_key=operations_key)
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("Gateway", image=mirror.image)
    mirror.pulled_by(task)
    return stack


@dataclass(frozen=True)
class Deployed:
    """The template."""

    template: dict[str, Any]

    def resources(self, resource_type: str) -> dict[str, dict[str, Any]]:
        return {key: r for key, r in self.template["Resources"].items() if r["Type"] == resource_type}

    def one(self, resource_type: str) -> tuple[str, dict[str, Any]]:
        (found,) = self.resources(resource_type).items()
        return found

    def policies_of(self, part: str) -> list[list[dict[str, Any]]]:
        return [
            policy["Properties"]["PolicyDocument"]["Statement"]
            for name, policy in self.resources("AWS::IAM::Policy").items()
            if part in name
        ]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    app = cdk.App(context=platform_app.context(), outdir=str(tmp_path_factory.mktemp("mirror")))
    mirrored(app)
    return Deployed(json.loads(Path(app.synth().get_stack_by_name("Mirror").template_full_path).read_text()))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every operation that a copy calls."""
    with running(monkeypatch) as world:
        assert world.copy()
        return set(world.ecr.calls)


def test_the_task_runs_the_copy_by_the_digest_that_the_lock_holds(deployed: Deployed) -> None:
    repository, _ = deployed.one("AWS::ECR::Repository")
    _, task = deployed.one("AWS::ECS::TaskDefinition")
    image = json.dumps(task["Properties"]["ContainerDefinitions"][0]["Image"])
    assert repository in image
    assert f"@{DIGEST}" in image
    template = Template(name="Mirror", account="111122223333", region="eu-central-1", body=deployed.template)
    assert list(check(template, digests=locked_digests(platform_app.IMAGE_LOCK))) == []
    assert list(check(template, digests=frozenset()))


def test_what_runs_the_copy_waits_for_it(deployed: Deployed) -> None:
    copy, _ = deployed.one("Custom::ImageMirror")
    _, task = deployed.one("AWS::ECS::TaskDefinition")
    assert copy in task["DependsOn"]


def test_the_task_may_pull_from_this_repository_only(deployed: Deployed) -> None:
    repository, _ = deployed.one("AWS::ECR::Repository")
    (statements,) = deployed.policies_of("TaskExecutionRole")
    pull = [s for s in statements if "ecr:BatchGetImage" in s["Action"]]
    assert [s["Resource"] for s in pull] == [{"Fn::GetAtt": [repository, "Arn"]}]


def test_the_repository_is_encrypted_scanned_and_its_tags_stay(deployed: Deployed) -> None:
    _, repository = deployed.one("AWS::ECR::Repository")
    properties = repository["Properties"]
    assert properties["EncryptionConfiguration"]["EncryptionType"] == "KMS"
    assert "KmsKey" in properties["EncryptionConfiguration"]
    assert properties["ImageTagMutability"] == "IMMUTABLE"
    assert properties["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert (properties["EmptyOnDelete"], repository["DeletionPolicy"]) == (True, "Delete")


def test_the_newest_versions_stay_with_every_manifest_that_they_are_made_of(deployed: Deployed) -> None:
    _, repository = deployed.one("AWS::ECR::Repository")
    (rule,) = json.loads(repository["Properties"]["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    count = VERSIONS_KEPT * MANIFESTS
    assert rule["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count}


def test_the_order_is_one_that_the_function_accepts(deployed: Deployed) -> None:
    repository, _ = deployed.one("AWS::ECR::Repository")
    _, copy = deployed.one("Custom::ImageMirror")
    assert copy["Properties"]["Repository"] == {"Ref": repository}
    order = read_order({**copy["Properties"], "Repository": "mirror"})
    assert str(order) == f"{SOURCE}:{TAG}@{DIGEST}"
    assert order.platforms == {"linux/amd64", "linux/arm64"}


def test_the_function_may_do_what_a_copy_calls_and_nothing_else(deployed: Deployed, calls: set[str]) -> None:
    repository, _ = deployed.one("AWS::ECR::Repository")
    (start,), (copy,) = deployed.policies_of("ImageCopyStartRole"), deployed.policies_of("ImageCopyDoneRole")
    assert [s for s in start if not _only_logs(s)] == []
    statements = [s for s in copy if not _only_logs(s)]
    assert [s["Resource"] for s in statements] == [{"Fn::GetAtt": [repository, "Arn"]}]
    ours, other = (f"arn:aws:ecr:eu-central-1:111122223333:repository/{name}" for name in ("mirror", "other"))
    granted = [{**s, "Resource": ours} for s in statements]
    needed = {f"ecr:{operation}" for operation in calls}
    assert needed == {action for s in granted for action in s["Action"]}
    assert all(allows(granted, action=action, resource=ours, context={}) for action in needed)
    assert not any(allows(granted, action=action, resource=other, context={}) for action in needed)


def test_no_part_of_the_copy_may_do_anything_in_every_repository(deployed: Deployed) -> None:
    statements = [s for policy in deployed.policies_of("ImageCopy") for s in policy]
    assert statements
    assert not [s for s in statements if s["Resource"] == "*" and not _only_logs(s)]


def _only_logs(statement: dict[str, Any]) -> bool:
    actions = statement["Action"]
    return all(action.startswith("logs:") for action in ([actions] if isinstance(actions, str) else actions))
