"""The control plane, the nodes and their role, as the templates have them."""

from typing import Any

from tests.cluster.template import Template


def groups(template: Template) -> dict[str, dict[str, Any]]:
    return {g["InstanceGroupName"]: g for g in template.one("AWS::SageMaker::Cluster")["InstanceGroups"]}


def test_kubernetes_is_private_encrypted_logged_and_without_nodes(rollouts: Template) -> None:
    eks = rollouts.one("AWS::EKS::Cluster")
    network = eks["ResourcesVpcConfig"]
    assert (network["EndpointPrivateAccess"], network["EndpointPublicAccess"]) == (True, False)
    assert eks["EncryptionConfig"][0]["Resources"] == ["secrets"]
    assert eks["AccessConfig"] == {
        "AuthenticationMode": "API",
        "BootstrapClusterCreatorAdminPermissions": False,
    }
    assert eks["BootstrapSelfManagedAddons"] is False
    assert {kind["Type"] for kind in eks["Logging"]["ClusterLogging"]["EnabledTypes"]} == {
        "api", "audit", "authenticator", "controllerManager", "scheduler",
    }  # fmt: skip
    assert eks["ComputeConfig"]["Enabled"] is False
    assert rollouts.ids("AWS::EKS::Nodegroup") == []


def test_its_log_group_is_the_one_that_eks_writes_to(rollouts: Template) -> None:
    log = rollouts.one("AWS::Logs::LogGroup", LogGroupName="/aws/eks/rl-rollouts/cluster")
    assert rollouts.one("AWS::EKS::Cluster")["Name"] == "rl-rollouts"
    assert "KmsKeyId" in log


def test_the_named_principals_and_the_function_that_applies_manifests_administer(partitions: Template) -> None:
    entries = [partitions.resources[name]["Properties"] for name in partitions.ids("AWS::EKS::AccessEntry")]
    named = {entry["PrincipalArn"] for entry in entries if isinstance(entry["PrincipalArn"], str)}
    assert named == {
        "arn:aws:iam::111122223333:role/platform-admin",
        "arn:aws:iam::111122223333:user/ops/deputy",
        "arn:aws:iam::111122223333:role/break-glass",
    }
    # The function that changes layouts has one, too: not as an administrator, but for a group with rules of its own.
    assert [len(entry["AccessPolicies"]) for entry in entries if "AccessPolicies" in entry] == [1] * 4
    assert [entry.get("KubernetesGroups") for entry in entries if "AccessPolicies" not in entry] == [
        ["groundwork:mig-layout-change"]
    ]


def test_nodes_with_efa_are_in_one_subnet_and_in_the_fabrics_group(rollouts: Template) -> None:
    group = groups(rollouts)["rollouts"]
    place = group["OverrideVpcConfig"]
    assert group["NetworkInterface"] == {"InterfaceType": "efa"}
    assert (len(place["Subnets"]), len(place["SecurityGroupIds"])) == (1, 2)
    assert "Efa" in str(place["SecurityGroupIds"][0])
    system = rollouts.one("AWS::SageMaker::Cluster")["VpcConfig"]
    assert (len(system["Subnets"]), len(system["SecurityGroupIds"])) == (2, 1)
    assert "OverrideVpcConfig" not in groups(rollouts)["system"]


def test_a_group_says_what_its_settings_say(rollouts: Template, partitions: Template) -> None:
    rewards, slices, system = groups(rollouts)["rewards"], groups(partitions)["slices"], groups(partitions)["system"]
    assert (rewards["InstanceCount"], rewards["MinInstanceCount"]) == (8, 0)
    assert rewards["CapacityRequirements"] == {"Spot": {}}
    assert (slices["InstanceCount"], slices["MinInstanceCount"]) == (3, 1)
    assert slices["OnStartDeepHealthChecks"] == ["InstanceStress"]
    assert slices["KubernetesConfig"] == {"Labels": {"nvidia.com/mig.config": "all-1g.5gb"}}
    assert system["KubernetesConfig"] == {"Labels": {"example.com/role": "system"}}
    assert groups(rollouts)["rollouts"]["KubernetesConfig"] == {
        "Taints": [{"Effect": "NoSchedule", "Key": "nvidia.com/gpu", "Value": "present"}]
    }


def test_karpenters_groups_begin_with_no_node(partitions: Template) -> None:
    cluster = partitions.one("AWS::SageMaker::Cluster")
    assert groups(partitions)["bursts"]["InstanceCount"] == 0
    assert cluster["AutoScaling"] == {"AutoScalerType": "Karpenter", "Mode": "Enable"}
    assert "ScalingRole" in str(cluster["ClusterRole"])


def test_recovery_is_always_sent_beside_tiered_storage(rollouts: Template, partitions: Template) -> None:
    first, second = (t.one("AWS::SageMaker::Cluster") for t in (rollouts, partitions))
    assert (first["NodeRecovery"], first["TieredStorageConfig"]) == (
        "Automatic",
        {"InstanceMemoryAllocationPercentage": 20, "Mode": "Enable"},
    )
    assert (second["NodeRecovery"], second["TieredStorageConfig"]) == ("Automatic", {"Mode": "Disable"})


def test_both_volumes_are_encrypted(rollouts: Template) -> None:
    for group in groups(rollouts).values():
        volumes = [each["EbsVolumeConfig"] for each in group["InstanceStorageConfigs"]]
        assert [v.get("RootVolume", False) for v in volumes] == [False, True]
        assert all("VolumeKmsKeyId" in v for v in volumes)


def test_every_group_runs_the_scripts_that_are_uploaded(rollouts: Template) -> None:
    upload = rollouts.one("Custom::LifecycleScripts")
    assert set(upload["Scripts"]) == {"on_create.sh", "on_create_main.sh"}
    for group in groups(rollouts).values():
        script = group["LifeCycleConfig"]
        assert script["OnCreate"] == "on_create.sh"
        assert script["SourceS3Uri"]["Fn::Join"][1][-1] == f"/{upload['Prefix']}"


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


def test_the_fabrics_group_is_let_out_to_itself_alone(rollouts: Template) -> None:
    """Of this stack's groups only those of nodes and functions reach addresses, and that on 443."""
    open_to = [
        (name, rule)
        for name in rollouts.ids("AWS::EC2::SecurityGroup")
        for rule in rollouts.resources[name]["Properties"].get("SecurityGroupEgress", [])
        if rule["CidrIp"] == "0.0.0.0/0"
    ]
    assert [(name[:-8], rule["FromPort"], rule["ToPort"]) for name, rule in open_to] == [
        ("SecurityGroupsNodes", 443, 443),
        ("SecurityGroupsFunctions", 443, 443),
    ]


def test_the_control_plane_and_the_nodes_reach_each_other(rollouts: Template) -> None:
    def ends(kind: str, near: str, far: str) -> set[tuple[str, str, str, int]]:
        rules = [rollouts.resources[name]["Properties"] for name in rollouts.ids(f"AWS::EC2::SecurityGroup{kind}")]
        return {
            (str(r["GroupId"]), str(r[far]), r["IpProtocol"], r.get("FromPort", 0))
            for r in rules
            if near in str(r["GroupId"])
        }

    out = ends("Egress", "", "DestinationSecurityGroupId")
    into = ends("Ingress", "", "SourceSecurityGroupId")
    assert out == {(source, target, protocol, port) for target, source, protocol, port in into}
    assert {port for _, _, _, port in out} == {0, 443, 988, 1018, 1025}


def test_the_file_system_has_efa_where_it_is_asked_for(rollouts: Template) -> None:
    file_system = rollouts.one("AWS::FSx::FileSystem")
    lustre = file_system["LustreConfiguration"]
    assert (file_system["StorageCapacity"], lustre["DeploymentType"]) == (9600, "PERSISTENT_2")
    assert (lustre["EfaEnabled"], lustre["PerUnitStorageThroughput"]) == (True, 500)
    assert lustre["MetadataConfiguration"] == {"Iops": 12000, "Mode": "USER_PROVISIONED"}
    assert len(file_system["SecurityGroupIds"]) == 2
    assert "KmsKeyId" in file_system


def test_a_closed_network_takes_charts_and_images_from_the_registry(partitions: Template) -> None:
    registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/platform"
    releases = [partitions.resources[n]["Properties"] for n in partitions.ids("Custom::AWSCDK-EKS-HelmChart")]
    assert {r["Release"]: r["Repository"] for r in releases} == {
        name: f"oci://{registry}/charts/{name}" for name in ("aws-efa-k8s-device-plugin", "gpu-operator")
    }
    images = [
        container["image"]
        for each in partitions.all_objects()
        if each["kind"] == "DaemonSet"
        for container in each["spec"]["template"]["spec"]["containers"]
    ]
    assert images
    assert all(image.startswith(f"{registry}/") for image in images)


def test_whole_gpus_have_the_stand_alone_plugin_and_partitions_do_not(rollouts: Template, partitions: Template) -> None:
    charts = [
        {t.resources[n]["Properties"]["Release"] for n in t.ids("Custom::AWSCDK-EKS-HelmChart")}
        for t in (rollouts, partitions)
    ]
    assert charts == [
        {"aws-efa-k8s-device-plugin", "nvidia-device-plugin", "kuberay-operator"},
        {"aws-efa-k8s-device-plugin", "gpu-operator"},
    ]


def test_charts_do_not_wait_for_nodes_that_are_not_there(rollouts: Template) -> None:
    releases = [rollouts.resources[n]["Properties"] for n in rollouts.ids("Custom::AWSCDK-EKS-HelmChart")]
    assert {release["Release"] for release in releases if "Wait" in release} == {"kuberay-operator"}
    assert all(release["Version"] for release in releases)


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


def test_what_holds_state_stays_only_where_data_is_kept(rollouts: Template, partitions: Template) -> None:
    (kept,) = rollouts.ids("AWS::FSx::FileSystem")
    assert rollouts.resources[kept]["DeletionPolicy"] == "RetainExceptOnCreate"
    buckets = [t.resources[n]["DeletionPolicy"] for t in (rollouts, partitions) for n in t.ids("AWS::S3::Bucket")]
    assert buckets == ["RetainExceptOnCreate", "Delete"]


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


def test_the_api_answers_the_named_networks(partitions: Template) -> None:
    inline = [
        (name, rule)
        for name in partitions.ids("AWS::EC2::SecurityGroup")
        for rule in partitions.resources[name]["Properties"].get("SecurityGroupIngress", [])
    ]
    assert [(name[:-8], rule["CidrIp"], rule["FromPort"]) for name, rule in inline] == [
        ("SecurityGroupsControlPlane", "10.0.0.0/8", 443)
    ]


def test_the_cluster_waits_for_the_rights_of_karpenter(partitions: Template) -> None:
    (cluster,) = partitions.ids("AWS::SageMaker::Cluster")
    policies = [n for n in partitions.ids("AWS::IAM::Policy") if n.startswith("ScalingRole")]
    assert len(policies) == 1
    assert partitions.waits_for(cluster, policies[0])
