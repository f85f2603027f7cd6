"""Buckets that pods mount: who may do what with them, and when they come and go."""

import pytest
from kubernetes_validate import validate

from groundwork.cluster.pod_budget import Platform
from groundwork.cluster.s3_manifests import bucket_manifests
from groundwork.cluster.s3_settings import BucketSettings
from groundwork.cluster.s3_volumes import bucket_statements
from tests.cluster.extras_stack import KEY, MODELS, RESULTS
from tests.cluster.sections import read
from tests.cluster.template import Template

DRIVER = "aws-mountpoint-s3-csi-driver"


def options(settings: BucketSettings) -> list[str]:
    volume, _ = bucket_manifests(settings, namespace="default", region="us-east-1")
    return volume["spec"]["mountOptions"]


def test_a_volume_belongs_to_its_one_claim() -> None:
    volume, claim = manifests = bucket_manifests(RESULTS, namespace="ray", region="us-east-1")
    for manifest in manifests:
        validate(manifest, "1.33", strict=True)
    assert volume["spec"]["claimRef"] == {"namespace": "ray", "name": claim["metadata"]["name"]}
    assert claim["spec"]["volumeName"] == volume["metadata"]["name"] == "s3-results-ray"
    assert volume["spec"]["storageClassName"] == claim["spec"]["storageClassName"] == ""
    assert volume["spec"]["csi"]["volumeAttributes"]["bucketName"] == "example-results"


def test_what_is_only_read_is_mounted_so() -> None:
    assert options(MODELS) == ["region us-east-1", "allow-other", "prefix llm/", "read-only"]
    assert "read-only" not in options(RESULTS)
    assert {"allow-delete", "allow-overwrite"} <= set(options(RESULTS))


def test_pods_do_with_a_bucket_what_its_access_says_and_with_no_other_accounts() -> None:
    statements = [s.to_statement_json() for s in bucket_statements([MODELS, RESULTS], account="111122223333")]
    listing, reading, _, writing, encrypting = statements
    own = {"aws:ResourceAccount": "111122223333"}
    assert listing["Condition"] == {"StringEquals": own, "StringLike": {"s3:prefix": ["llm/", "llm/*"]}}
    assert (reading["Action"], reading["Resource"]) == ("s3:GetObject", "arn:aws:s3:::example-models/llm/*")
    assert set(writing["Action"]) == {"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"}
    assert writing["Condition"] == reading["Condition"] == {"StringEquals": own}
    assert (set(encrypting["Action"]), encrypting["Resource"]) == ({"kms:Decrypt", "kms:GenerateDataKey"}, KEY)


def test_the_driver_comes_after_its_rights_and_before_the_claims(extras: Template) -> None:
    driver = extras.addon(DRIVER)
    (association,) = extras.ids("AWS::EKS::PodIdentityAssociation", ServiceAccount="s3-csi-driver-sa")
    assert extras.waits_for(driver, association)
    for claim, namespace in (("s3-models", "default"), ("s3-results", "ray")):
        (release,) = extras.ids("Custom::ClaimRelease", Claim=claim, Namespace=namespace)
        made = extras.manifest("PersistentVolumeClaim", claim)
        assert extras.waits_for(made, driver)
        assert extras.waits_for(release, made)


def test_each_mounted_volume_is_a_pod_on_its_node() -> None:
    settings = read(s3=[{"name": "models", "bucket": "models", "namespaces": ["default", "hyperpod-ns-a"]}])
    (group,) = settings.instance_groups
    without = read().platform
    assert settings.platform.on_node_of(group) == without.on_node_of(group) + 1 + 2
    assert settings.platform.anywhere == without.anywhere + 1


@pytest.mark.parametrize(("chosen", "more"), [(True, 4), (False, 0)])
def test_the_training_operator_and_cert_manager_are_four_pods(chosen: bool, more: int) -> None:
    found: Platform = read(training_operator=chosen).platform
    assert found.anywhere == read().platform.anywhere + more
