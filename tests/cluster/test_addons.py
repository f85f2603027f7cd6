"""Add-ons come in the version that the settings name, and in EKS's default where they name none."""

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_kms as kms
from aws_cdk.lambda_layer_kubectl_v34 import KubectlV34Layer

from groundwork.cluster.core_addons import CoreAddons
from groundwork.cluster.lustre import LustreFileSystem
from groundwork.cluster.storage_settings import LustreSettings


def test_an_add_on_comes_in_the_version_that_is_named() -> None:
    stack = cdk.Stack()
    cluster = eks.Cluster.from_cluster_attributes(stack, "Cluster", cluster_name="dev")
    addons = CoreAddons(stack, "Addons", cluster=cluster, versions={"coredns": "v1.12.4-eksbuild.1"})
    addons.add_dns(after=addons.node_addons)
    found = assertions.Template.from_stack(stack).find_resources("AWS::EKS::Addon").values()
    assert {each["Properties"]["AddonName"]: each["Properties"].get("AddonVersion") for each in found} == {
        "vpc-cni": None,
        "kube-proxy": None,
        "eks-pod-identity-agent": None,
        "coredns": "v1.12.4-eksbuild.1",
    }


def test_so_does_the_driver_of_the_file_system() -> None:
    stack = cdk.Stack()
    file_system = LustreFileSystem(
        stack,
        "Lustre",
        settings=LustreSettings(zone=1),
        subnet=ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-0a1b2c3d"),
        security_groups=[],
        key=kms.Key(stack, "Key"),
        keep=False,
    )
    kubectl = eks.KubectlProviderOptions(kubectl_layer=KubectlV34Layer(stack, "Kubectl"))
    cluster = eks.Cluster(stack, "Cluster", version=eks.KubernetesVersion.of("1.35"), kubectl_provider_options=kubectl)
    file_system.mount(cluster=cluster, driver_version="v1.8.0-eksbuild.1", after=cluster)
    template = assertions.Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::EKS::Addon", {"AddonName": "aws-fsx-csi-driver", "AddonVersion": "v1.8.0-eksbuild.1"}
    )
