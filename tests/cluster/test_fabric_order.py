"""What the fabric profile is made after; CloudFormation deletes in the reverse order."""

from tests.cluster.template import Template


def test_the_fabric_waits_for_nodes(rollouts: Template) -> None:
    namespace = rollouts.manifest("Namespace", "rollouts")
    assert rollouts.waits_for(namespace, rollouts.addon("coredns"))
    assert rollouts.waits_for(rollouts.manifest("DaemonSet", "mooncake-store"), namespace)
    assert rollouts.waits_for(rollouts.chart("kuberay-operator"), rollouts.addon("coredns"))


def test_rays_operator_is_there_before_the_namespace_and_after_it(rollouts: Template) -> None:
    """Its kinds of object are known before anybody can make one; and when the namespace goes, with the Ray clusters in
    it, the operator that takes off their finalizers still runs."""
    assert rollouts.waits_for(rollouts.manifest("Namespace", "rollouts"), rollouts.chart("kuberay-operator"))
    operator = rollouts.resources[rollouts.chart("kuberay-operator")]["Properties"]
    assert operator["Wait"] is True
    assert operator["Namespace"] != "rollouts"


def test_the_ray_cluster_comes_after_all_that_it_needs(rollouts: Template) -> None:
    (passed,) = rollouts.ids("Custom::AWSCDK-EKS-KubernetesObjectValue")
    (claim,) = [
        resource
        for resource in rollouts.ids("Custom::AWSCDK-EKS-KubernetesResource")
        for each in rollouts.objects(resource)
        if each["kind"] == "PersistentVolumeClaim" and each["metadata"]["namespace"] == "rollouts"
    ]
    needed = [rollouts.chart("kuberay-operator"), rollouts.manifest("Namespace", "rollouts"), claim, passed]
    ray = rollouts.manifest("RayCluster", "ray")
    assert [each for each in needed if not rollouts.waits_for(ray, each)] == []


def test_the_deployment_asks_whether_the_smoke_test_passed(rollouts: Template) -> None:
    (passed,) = rollouts.ids("Custom::AWSCDK-EKS-KubernetesObjectValue")
    asked = rollouts.resources[passed]["Properties"]
    job = rollouts.manifest("Job", asked["ObjectName"])
    assert (asked["JsonPath"], asked["TimeoutSeconds"]) == (".status.completionTime", 600)
    assert rollouts.waits_for(passed, job)
