"""Trainium nodes offer their devices to Kubernetes; clusters without them have no plugin."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v34 import KubectlV34Layer
from kubernetes_validate import validate

from groundwork.cluster.dependencies import Dependencies
from groundwork.cluster.neuron_plugin import DIGEST, IMAGE, neuron_plugin_manifests
from groundwork.images import read_image_lock
from tests.cluster.sections import groups, read

TRAINIUM = {"name": "trn", "type": "ml.trn1.32xlarge", "count": 1}
REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/platform"


def applied(**changes: object) -> str:
    stack = cdk.Stack(cdk.App(), "Nodes", env=cdk.Environment(account="111122223333", region="us-east-1"))
    layer = KubectlV34Layer(stack, "Kubectl")
    cluster = eks.Cluster(
        stack,
        "Eks",
        version=eks.KubernetesVersion.V1_33,
        default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
        default_capacity=0,
        kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=layer),
    )
    Dependencies(stack, "Dependencies", cluster=cluster, settings=read(**changes), region="us-east-1")
    return str(assertions.Template.from_stack(stack).find_resources("Custom::AWSCDK-EKS-KubernetesResource"))


def test_a_cluster_has_the_plugin_where_it_has_trainium() -> None:
    assert "neuron-device-plugin" in applied(**groups(TRAINIUM))
    assert "neuron-device-plugin" not in applied()


def test_it_runs_on_every_trainium_type_also_under_check() -> None:
    pod = neuron_plugin_manifests(registry=None)[-1]["spec"]["template"]["spec"]
    (term,) = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert {"ml.trn1.32xlarge", "ml.trn2.48xlarge"} <= set(term["matchExpressions"][0]["values"])
    assert "ml.p5.48xlarge" not in term["matchExpressions"][0]["values"]
    tolerated = {each["key"] for each in pod["tolerations"]}
    assert {"aws.amazon.com/neuron", "sagemaker.amazonaws.com/node-health-status"} <= tolerated


def test_its_image_is_pinned_also_in_a_registry_of_ones_own() -> None:
    public, own = (
        neuron_plugin_manifests(registry=registry)[-1]["spec"]["template"]["spec"]["containers"][0]["image"]
        for registry in (None, REGISTRY)
    )
    assert public.startswith("public.ecr.aws/neuron/neuron-device-plugin:")
    assert own == f"{REGISTRY}/neuron/neuron-device-plugin@{DIGEST}"
    assert public.endswith(f"@{DIGEST}")


def test_its_digest_is_the_one_that_the_lock_is_kept_with() -> None:
    assert read_image_lock(Path(__file__).parents[2] / "images.lock.yaml")[IMAGE] == DIGEST


def test_its_objects_are_what_kubernetes_takes() -> None:
    for manifest in neuron_plugin_manifests(registry=None):
        validate(manifest, "1.33", strict=True)
