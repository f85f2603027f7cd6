"""What nodes, and what adds them, may do: to the letter of AWS's documents."""

from tests.cluster.template import Template

EVERYWHERE = {
    "cloudwatch:DescribeAlarms", "ec2:DescribeDhcpOptions", "ec2:DescribeInstances", "ec2:DescribeInstanceTypes",
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeTags",
    "ec2:DescribeVpcs", "ec2:DetachNetworkInterface", "ecr:GetAuthorizationToken", "fsx:DescribeFileSystems",
    "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
}  # fmt: skip
INTERFACES = {
    "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission", "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:UnassignPrivateIpAddresses",
}  # fmt: skip


def test_the_execution_role_to_the_letter(rollouts: Template) -> None:
    (role,) = [n for n in rollouts.ids("AWS::IAM::Role") if n.startswith("ExecutionRole")]
    properties = rollouts.resources[role]["Properties"]
    assert properties["AssumeRolePolicyDocument"]["Statement"] == [
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    ]
    (managed,) = properties["ManagedPolicyArns"]
    assert managed["Fn::Join"][1][-1] == ":iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy"
    (policy,) = rollouts.ids("AWS::IAM::Policy", Roles=[{"Ref": role}])
    statements: dict[str, set[str]] = {}
    for statement in rollouts.resources[policy]["Properties"]["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        for resource in map(str, resources):
            kind = next(
                (k for k in ("instance/", "network-interface/", "vpc/", "subnet/", "security-group/") if k in resource),
                "*" if resource == "*" else resource,
            )
            statements.setdefault(kind, set()).update(actions)
    others = {tuple(sorted(statements.pop(kind))) for kind in list(statements) if kind.startswith("{")}
    assert others == {
        ("eks-auth:AssumeRoleForPodIdentity",),
        ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey"),
        ("s3:GetObject",),
        ("s3:ListBucket",),
    }
    assert statements == {
        "*": EVERYWHERE,
        "instance/": INTERFACES | {"ec2:AttachNetworkInterface"},
        "network-interface/": INTERFACES | {"ec2:AttachNetworkInterface", "ec2:CreateTags"},
        "vpc/": INTERFACES,
        "subnet/": INTERFACES | {"ec2:DetachNetworkInterface"},
        "security-group/": INTERFACES | {"ec2:DetachNetworkInterface"},
    }


def test_karpenter_may_change_nodes_and_nothing_else(partitions: Template) -> None:
    (role,) = [n for n in partitions.ids("AWS::IAM::Role") if n.startswith("ScalingRole")]
    (policy,) = partitions.ids("AWS::IAM::Policy", Roles=[{"Ref": role}])
    statements = partitions.resources[policy]["Properties"]["PolicyDocument"]["Statement"]
    listed = [s["Action"] if isinstance(s["Action"], list) else [s["Action"]] for s in statements]
    assert sorted(action for actions in listed for action in actions) == [
        "kms:CreateGrant",
        "kms:DescribeKey",
        "sagemaker:BatchAddClusterNodes",
        "sagemaker:BatchDeleteClusterNodes",
    ]
    assert all(statement["Condition"] for statement in statements)


def test_roles_with_which_nodes_are_added_give_their_volumes_the_key(rollouts: Template, partitions: Template) -> None:
    for template, prefix in ((rollouts, "ExecutionRole"), (partitions, "ScalingRole")):
        (role,) = [n for n in template.ids("AWS::IAM::Role") if n.startswith(prefix)]
        (policy,) = template.ids("AWS::IAM::Policy", Roles=[{"Ref": role}])
        statements = template.resources[policy]["Properties"]["PolicyDocument"]["Statement"]
        conditions = {
            s["Action"]: s["Condition"] for s in statements if str(s["Action"]).startswith("kms:") and "Condition" in s
        }
        # A question makes no grant: with that condition it would be refused.
        assert "Bool" not in conditions["kms:DescribeKey"]
        assert conditions["kms:CreateGrant"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
        for condition in conditions.values():
            assert condition["StringEquals"]["kms:ViaService"].startswith("sagemaker.")


def test_the_cluster_waits_for_the_rights_of_karpenter(partitions: Template) -> None:
    (cluster,) = partitions.ids("AWS::SageMaker::Cluster")
    policies = [n for n in partitions.ids("AWS::IAM::Policy") if n.startswith("ScalingRole")]
    assert len(policies) == 1
    assert partitions.waits_for(cluster, policies[0])
