"""A stack with what a cluster may have beside its nodes."""

import json

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_kms as kms
from aws_cdk.lambda_layer_kubectl_v34 import KubectlV34Layer

from groundwork.cluster.claim_release import ClaimReleases
from groundwork.cluster.lustre import LustreFileSystem
from groundwork.cluster.s3_settings import BucketSettings
from groundwork.cluster.s3_volumes import S3Volumes
from groundwork.cluster.storage_settings import LustreSettings
from groundwork.cluster.training_operator import TrainingOperator
from tests.cluster.template import Template

HYPERPOD = "arn:aws:sagemaker:us-east-1:111122223333:cluster/abcdefghijkl"
KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
MODELS = BucketSettings(name="models", bucket="example-models", prefix="llm/")
RESULTS = BucketSettings(name="results", bucket="example-results", access="write", kms_key=KEY, namespaces=("ray",))


def extras_template() -> Template:
    """A file system with claims in two namespaces and a pod of the stack that mounts one of them, buckets, and the
    training operator."""
    stack = cdk.Stack(cdk.App(), "Extras", env=cdk.Environment(account="111122223333", region="us-east-1"))
    vpc = ec2.Vpc(stack, "Vpc", nat_gateways=1)
    group = ec2.SecurityGroup(stack, "Functions", vpc=vpc)
    key = kms.Key(stack, "Key")
    cluster = eks.Cluster(
        stack,
        "Eks",
        vpc=vpc,
        version=eks.KubernetesVersion.V1_33,
        default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
        default_capacity=0,
        kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=KubectlV34Layer(stack, "Kubectl")),
    )

    def applied(kind: str, name: str) -> eks.KubernetesManifest:
        manifest = [{"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}]
        return eks.KubernetesManifest(stack, kind, cluster=cluster, manifest=manifest)

    nodes, namespace = applied("Node", "nodes"), applied("Namespace", "ray")
    releases = ClaimReleases(
        stack, "Releases", cluster=cluster, subnets=vpc.private_subnets, security_group=group, operations_key=key
    )
    lustre = LustreFileSystem(
        stack,
        "Lustre",
        settings=LustreSettings(zone=1),
        subnet=vpc.private_subnets[0],
        security_groups=[group],
        key=key,
        keep=False,
    )
    lustre.mount(cluster=cluster, driver_version=None, after=nodes, releases=releases)
    applied("Pod", "worker").node.add_dependency(lustre.claim(namespace="ray", after=namespace))
    S3Volumes(
        stack,
        "S3",
        cluster=cluster,
        buckets=[MODELS, RESULTS],
        driver_version="v2.1.0-eksbuild.1",
        releases=releases,
        after=namespace,
    )
    TrainingOperator(
        stack,
        "Training",
        cluster=cluster,
        hyperpod_cluster_arn=HYPERPOD,
        versions={"cert-manager": "v1.18.2-eksbuild.1"},
        after=nodes,
    )
    return Template(json.loads(json.dumps(assertions.Template.from_stack(stack).to_json())))
