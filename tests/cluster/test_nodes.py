"""The control plane and the nodes, as the templates have them."""

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


def test_a_log_group_that_was_kept_can_be_taken_over(rollouts: Template) -> None:
    """CloudFormation takes over what bears a fixed name and is kept:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html"""
    (log,) = rollouts.ids("AWS::Logs::LogGroup", LogGroupName="/aws/eks/rl-rollouts/cluster")
    assert rollouts.resources[log]["DeletionPolicy"] == "RetainExceptOnCreate"
    named = [
        name
        for name, resource in rollouts.resources.items()
        if resource.get("DeletionPolicy", "").startswith("Retain")
        and isinstance(resource["Properties"].get("LogGroupName", resource["Properties"].get("BucketName")), str)
    ]
    assert named == [log]  # nothing else would be


def test_the_named_principals_and_the_function_that_applies_manifests_administer(partitions: Template) -> None:
    entries = [partitions.resources[name]["Properties"] for name in partitions.ids("AWS::EKS::AccessEntry")]
    named = {entry["PrincipalArn"] for entry in entries if isinstance(entry["PrincipalArn"], str)}
    assert named == {
        "arn:aws:iam::111122223333:role/platform-admin",
        "arn:aws:iam::111122223333:user/ops/deputy",
        "arn:aws:iam::111122223333:role/break-glass",
    }
    # Those that change layouts and wait for nodes have one, too: not as administrators, but for groups with own rules.
    assert [len(entry["AccessPolicies"]) for entry in entries if "AccessPolicies" in entry] == [1] * 4
    others = [entry["KubernetesGroups"] for entry in entries if "AccessPolicies" not in entry]
    assert sorted(others) == [["groundwork:mig-layout-change"], ["groundwork:node-waiter"]]


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
    assert (slices["InstanceCount"], "MinInstanceCount" in slices) == (3, False)
    assert slices["OnStartDeepHealthChecks"] == ["InstanceStress"]
    assert slices["KubernetesConfig"] == {"Labels": {"nvidia.com/mig.config": "all-1g.5gb"}}
    assert system["KubernetesConfig"] == {"Labels": {"example.com/role": "system"}}
    assert groups(rollouts)["rollouts"]["KubernetesConfig"] == {
        "Taints": [{"Effect": "NoSchedule", "Key": "nvidia.com/gpu", "Value": "present"}]
    }


def test_karpenter_scales_the_groups_that_it_is_given(partitions: Template) -> None:
    cluster = partitions.one("AWS::SageMaker::Cluster")
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


def test_every_group_runs_a_script_that_is_uploaded(rollouts: Template) -> None:
    upload = rollouts.one("Custom::LifecycleScripts")
    found = groups(rollouts)
    for group in found.values():
        script = group["LifeCycleConfig"]
        assert script["OnCreate"] in upload["Scripts"]
        assert script["SourceS3Uri"]["Fn::Join"][1][-1] == f"/{upload['Prefix']}"
    # Those with EFA in the file system's zone do not join without it.
    entries = {name: group["LifeCycleConfig"]["OnCreate"] for name, group in found.items()}
    assert entries == {
        "system": "on_create.sh",
        "rollouts": "on_create_lustre_efa.sh",
        "rewards": "on_create.sh",
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


def test_a_closed_network_takes_charts_and_images_from_the_registry(partitions: Template) -> None:
    registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/platform"
    releases = [partitions.resources[n]["Properties"] for n in partitions.ids("Custom::AWSCDK-EKS-HelmChart")]
    assert {r["Release"]: r["Repository"] for r in releases} == {
        name: f"oci://{registry}/charts/{name}"
        for name in ("aws-efa-k8s-device-plugin", "gpu-operator", "nvidia-device-plugin")
    }
    images = [
        container["image"]
        for each in partitions.all_objects()
        if each["kind"] == "DaemonSet"
        for container in each["spec"]["template"]["spec"]["containers"]
    ]
    assert images
    assert all(image.startswith(f"{registry}/") for image in images)


def test_gpus_that_could_be_cut_have_the_operator_and_others_the_stand_alone_plugin(
    rollouts: Template, partitions: Template
) -> None:
    charts = [
        {t.resources[n]["Properties"]["Release"] for n in t.ids("Custom::AWSCDK-EKS-HelmChart")}
        for t in (rollouts, partitions)
    ]
    assert charts == [
        {"aws-efa-k8s-device-plugin", "gpu-operator", "kuberay-operator"},
        {"aws-efa-k8s-device-plugin", "gpu-operator", "nvidia-device-plugin"},
    ]


def test_charts_do_not_wait_for_nodes_that_are_not_there(rollouts: Template) -> None:
    releases = [rollouts.resources[n]["Properties"] for n in rollouts.ids("Custom::AWSCDK-EKS-HelmChart")]
    assert {release["Release"] for release in releases if "Wait" in release} == {"kuberay-operator"}
    assert all(release["Version"] for release in releases)


def test_the_api_answers_the_named_networks(partitions: Template) -> None:
    inline = [
        (name, rule)
        for name in partitions.ids("AWS::EC2::SecurityGroup")
        for rule in partitions.resources[name]["Properties"].get("SecurityGroupIngress", [])
    ]
    assert [(name[:-8], rule["CidrIp"], rule["FromPort"]) for name, rule in inline] == [
        ("SecurityGroupsControlPlane", "10.0.0.0/8", 443)
    ]
