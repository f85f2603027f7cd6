"""The file system: as asked for, reached by its driver alone, mounted in each namespace that wants it."""

from tests.cluster.template import Template

DRIVER = "aws-fsx-csi-driver"


def claims(template: Template) -> dict[str, str]:
    """The resource that makes each namespace's claim."""
    return {
        each["metadata"]["namespace"]: resource
        for resource in template.ids("Custom::AWSCDK-EKS-KubernetesResource")
        for each in template.objects(resource)
        if each["kind"] == "PersistentVolumeClaim"
    }


def test_it_has_efa_where_it_is_asked_for(rollouts: Template) -> None:
    file_system = rollouts.one("AWS::FSx::FileSystem")
    lustre = file_system["LustreConfiguration"]
    assert (file_system["StorageCapacity"], lustre["DeploymentType"]) == (9600, "PERSISTENT_2")
    assert (lustre["EfaEnabled"], lustre["PerUnitStorageThroughput"]) == (True, 500)
    assert lustre["MetadataConfiguration"] == {"Iops": 12000, "Mode": "USER_PROVISIONED"}
    assert len(file_system["SecurityGroupIds"]) == 2
    assert "KmsKeyId" in file_system


def test_what_holds_state_stays_only_where_data_is_kept(rollouts: Template, partitions: Template) -> None:
    (kept,) = rollouts.ids("AWS::FSx::FileSystem")
    assert rollouts.resources[kept]["DeletionPolicy"] == "RetainExceptOnCreate"
    buckets = [t.resources[n]["DeletionPolicy"] for t in (rollouts, partitions) for n in t.ids("AWS::S3::Bucket")]
    assert buckets == ["RetainExceptOnCreate", "Delete"]


def test_only_the_driver_of_this_cluster_takes_its_role(rollouts: Template) -> None:
    association = rollouts.one("AWS::EKS::PodIdentityAssociation", ServiceAccount="fsx-csi-controller-sa")
    assert association["Namespace"] == "kube-system"
    (statement,) = rollouts.resources[association["RoleArn"]["Fn::GetAtt"][0]]["Properties"][
        "AssumeRolePolicyDocument"
    ]["Statement"]
    (cluster,) = rollouts.ids("AWS::EKS::Cluster")
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [cluster, "Arn"]}},
    }


def test_the_driver_comes_after_its_rights_and_the_nodes(rollouts: Template) -> None:
    (association,) = rollouts.ids("AWS::EKS::PodIdentityAssociation", ServiceAccount="fsx-csi-controller-sa")
    role = rollouts.resources[association]["Properties"]["RoleArn"]["Fn::GetAtt"][0]
    (policy,) = rollouts.ids("AWS::IAM::Policy", Roles=[{"Ref": role}])
    driver = rollouts.addon(DRIVER)
    assert "PodIdentityAssociations" not in rollouts.resources[driver]["Properties"]
    assert [e for e in (association, policy, rollouts.addon("coredns")) if not rollouts.waits_for(driver, e)] == []


def test_each_namespace_has_a_claim_once_driver_and_namespace_are_there(rollouts: Template) -> None:
    found = claims(rollouts)
    assert found.keys() == {"default", "rollouts"}
    (file_system,) = rollouts.ids("AWS::FSx::FileSystem")
    for claim in found.values():
        assert rollouts.waits_for(claim, rollouts.addon(DRIVER))
        assert rollouts.waits_for(claim, file_system)
    assert rollouts.waits_for(found["rollouts"], rollouts.manifest("Namespace", "rollouts"))


def test_a_volume_has_one_claim(rollouts: Template) -> None:
    volumes = [each["metadata"]["name"] for each in rollouts.all_objects() if each["kind"] == "PersistentVolume"]
    bound = [each["spec"]["volumeName"] for each in rollouts.all_objects() if each["kind"] == "PersistentVolumeClaim"]
    assert sorted(volumes) == sorted(bound) == ["fsx-pv", "fsx-pv-rollouts"]
