"""HyperPod's training operator comes with what it needs, and may look at this cluster's nodes alone."""

from tests.cluster.extras_stack import HYPERPOD
from tests.cluster.template import Template

OPERATOR = "amazon-sagemaker-hyperpod-training-operator"


def test_it_waits_for_cert_manager_and_nodes_and_its_rights(extras: Template) -> None:
    operator, certificates = extras.addon(OPERATOR), extras.addon("cert-manager")
    (association,) = extras.ids(
        "AWS::EKS::PodIdentityAssociation",
        Namespace="aws-hyperpod",
        ServiceAccount="hp-training-operator-controller-manager",
    )
    nodes = extras.manifest("Node", "nodes")
    assert [e for e in (certificates, association, nodes) if not extras.waits_for(operator, e)] == []
    assert extras.waits_for(certificates, nodes)


def test_a_version_that_the_file_names_is_what_is_installed(extras: Template) -> None:
    assert extras.one("AWS::EKS::Addon", AddonName="cert-manager")["AddonVersion"] == "v1.18.2-eksbuild.1"
    assert "AddonVersion" not in extras.one("AWS::EKS::Addon", AddonName=OPERATOR)


def test_it_looks_at_the_nodes_of_its_own_cluster(extras: Template) -> None:
    (association,) = extras.ids("AWS::EKS::PodIdentityAssociation", Namespace="aws-hyperpod")
    role = extras.resources[association]["Properties"]["RoleArn"]["Fn::GetAtt"][0]
    assert "ManagedPolicyArns" not in extras.resources[role]["Properties"]
    (policy,) = extras.ids("AWS::IAM::Policy", Roles=[{"Ref": role}])
    (statement,) = extras.resources[policy]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("sagemaker:DescribeClusterNode", HYPERPOD)
