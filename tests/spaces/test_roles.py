"""Each role is taken by one service account of one cluster, and may do what its program calls."""

import json
import re

import pytest

from tests.spaces.templates import SpacesTemplate, text

Platforms = dict[str, SpacesTemplate]


@pytest.mark.parametrize("name", ["web", "old", "ssh", "mig"])
def test_pods_of_this_cluster_alone_take_a_role_with_the_tags_of_their_session(spaces: Platforms, name: str) -> None:
    """Without the tags the policies that AWS writes for Spaces allow nothing."""
    stack = spaces[name]
    associations = stack.of_type("AWS::EKS::PodIdentityAssociation").values()
    assert {a["Properties"]["DisableSessionTags"] for a in associations} == {False}
    for association in associations:
        (trust,) = stack.role_of(association["Properties"]["ServiceAccount"])["AssumeRolePolicyDocument"]["Statement"]
        assert trust == {
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "111122223333"},
                "ArnEquals": {"aws:SourceArn": f"arn:aws:eks:eu-central-1:111122223333:cluster/{name}"},
            },
        }


@pytest.mark.parametrize(
    ("name", "account", "namespace", "policy"),
    [
        ("web", "jupyter-k8s-controller-manager", "jupyter-k8s-system", "AmazonSageMakerSpacesControllerPolicy"),
        ("old", "jupyter-k8s-authmiddleware", "jupyter-k8s-system", "AmazonSageMakerSpacesRouterPolicy"),
        ("web", "ebs-csi-controller-sa", "kube-system", "service-role/AmazonEBSCSIDriverPolicy"),
    ],
)
def test_what_aws_writes_for_a_program_is_attached_to_its_account(
    spaces: Platforms, name: str, account: str, namespace: str, policy: str
) -> None:
    association = spaces[name].association(account)
    assert association
    assert association["Namespace"] == namespace
    arns = [text(arn) for arn in spaces[name].role_of(account)["ManagedPolicyArns"]]
    assert arns == [f"arn:<AWS::Partition>:iam::aws:policy/{policy}"]


def test_spaces_register_with_a_role_that_the_controller_may_hand_on(spaces: Platforms) -> None:
    """The controller's policy passes roles that are named `sagemaker-space-*`, at the root path."""
    roles = [r["Properties"] for r in spaces["web"].of_type("AWS::IAM::Role").values() if "RoleName" in r["Properties"]]
    (role,) = roles
    assert role["RoleName"] == "sagemaker-space-web"
    assert "Path" not in role
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "ssm.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ssm:eu-central-1:111122223333:*"},
    }
    configured = spaces["web"].configuration("amazon-sagemaker-spaces")["jupyter-k8s-aws-hyperpod"]["remoteAccess"]
    assert re.fullmatch(r"<SpacesInstanceRole\w+>", configured["ssmManagedNodeRole"])
    assert not [r for r in spaces["ssh"].of_type("AWS::IAM::Role").values() if "RoleName" in r["Properties"]]


def test_volumes_are_attached_by_sagemaker_to_the_nodes_of_one_cluster(spaces: Platforms) -> None:
    attach, look, *_ = spaces["web"].statements_of("ebs-csi-controller-sa")
    assert attach["Action"] == ["sagemaker:AttachClusterNodeVolume", "sagemaker:DetachClusterNodeVolume"]
    assert attach["Resource"] == "arn:aws:sagemaker:eu-central-1:111122223333:cluster/abcdefghijkl"
    assert look["Action"] == "eks:DescribeCluster"
    assert look["Resource"] == "arn:aws:eks:eu-central-1:111122223333:cluster/web"
    unknown, *_ = spaces["ssh"].statements_of("ebs-csi-controller-sa")
    assert unknown["Resource"] == "arn:aws:sagemaker:eu-central-1:111122223333:cluster/*"


def test_the_driver_uses_the_key_of_the_volumes_and_hands_it_to_the_volume_service_only(spaces: Platforms) -> None:
    _, _, use, grants = spaces["web"].statements_of("ebs-csi-controller-sa")
    assert use["Resource"] == grants["Resource"] != "*"
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert not [a for a in use["Action"] if "Grant" in a]
    (volumes,) = spaces["web"].manifests()[spaces["web"].ids_of_kind("StorageClass")[0]]
    assert volumes["parameters"]["kmsKeyId"] == text(use["Resource"])


def test_a_space_speaks_for_itself_and_reads_no_parameters(spaces: Platforms) -> None:
    """AmazonSSMManagedInstanceCore would let it read the parameters of the account, and people work in it."""
    stack = spaces["web"]
    (key,) = (k for k, r in stack.of_type("AWS::IAM::Role").items() if "RoleName" in r["Properties"])
    assert "ManagedPolicyArns" not in stack.resources[key]["Properties"]
    (policy,) = (
        p["Properties"] for p in stack.of_type("AWS::IAM::Policy").values() if {"Ref": key} in p["Properties"]["Roles"]
    )
    statements = policy["PolicyDocument"]["Statement"]
    allowed = {a for s in statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    assert {"ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel", "ec2messages:GetMessages"} <= allowed
    assert not [a for a in allowed if "Parameter" in a or "*" in a]


def test_external_dns_changes_the_records_of_its_zone_only(spaces: Platforms) -> None:
    records, look = spaces["web"].statements_of("external-dns")
    assert "route53:ChangeResourceRecordSets" in records["Action"]
    assert text(records["Resource"]) == "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
    assert (look["Action"], look["Resource"]) == ("route53:ListHostedZones", "*")


def test_the_load_balancer_controller_changes_what_bears_its_tag_only(spaces: Platforms) -> None:
    """Whatever deletes or changes something asks for the tag, or for the VPC; or it belongs to a load balancer."""
    statements = spaces["web"].statements_of("aws-load-balancer-controller")
    for statement in statements:
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        changes = [a for a in actions if not re.search(r":(Describe|Get|List)", a)]
        if changes and statement["Resource"] == "*":
            assert changes == ["iam:CreateServiceLinkedRole"]
        if any("SecurityGroup" in a and "Create" not in a for a in changes):
            assert re.search(r"ec2:Vpc|aws:ResourceTag", json.dumps(statement["Condition"]))
    allowed = {a for s in statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    assert {"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:RegisterTargets"} <= allowed
    assert not [a for a in allowed if "*" in a or a.startswith(("wafv2:", "shield:", "cognito-idp:"))]


def test_pods_learn_from_the_chart_what_they_cannot_ask_their_node(spaces: Platforms) -> None:
    """Only pods on the network of the host reach the metadata service on HyperPod."""
    (chart,) = spaces["web"].of_type("Custom::AWSCDK-EKS-HelmChart").values()
    values = json.loads(text(chart["Properties"]["Values"]))
    assert (values["clusterName"], values["region"], values["vpcId"]) == ("web", "eu-central-1", "<elsewhere>")
    assert values["enableServiceMutatorWebhook"] is False
    assert values["serviceAccount"] == {"create": True, "name": "aws-load-balancer-controller"}
