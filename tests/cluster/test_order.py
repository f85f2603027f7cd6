"""What is made after what; CloudFormation deletes in the reverse order."""

import pytest

from tests.cluster.template import Template

HYPERPOD = "AWS::SageMaker::Cluster"


def cluster(template: Template) -> str:
    (name,) = template.ids(HYPERPOD)
    return name


def waiter(template: Template) -> str:
    (name,) = template.ids("Custom::HyperPodNodes")
    return name


@pytest.fixture(params=["rl-rollouts", "partitions"])
def template(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[request.param]


def test_nodes_come_after_all_that_they_need(template: Template) -> None:
    needed = [
        *template.ids("AWS::EKS::Cluster"),
        *(template.addon(name) for name in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")),
        *template.ids("Custom::LifecycleScripts"),
        template.chart("aws-efa-k8s-device-plugin"),
        *template.ids("AWS::EC2::SecurityGroupEgress"),
        template.manifest("ClusterRoleBinding", "job-auto-restart"),
        template.manifest("DaemonSet", "health-monitoring-agent"),
        *(
            name
            for name in template.ids("AWS::IAM::Policy")
            if "ExecutionRole" in str(template.resources[name]["Properties"]["Roles"])
        ),
    ]
    assert len(needed) > 10
    late = [name for name in needed if not template.waits_for(cluster(template), name)]
    assert late == []


def test_dns_waits_until_nodes_have_joined(template: Template) -> None:
    assert template.waits_for(waiter(template), cluster(template))
    assert template.waits_for(template.addon("coredns"), waiter(template))


def test_the_agent_waits_for_its_namespace(template: Template) -> None:
    agent = template.manifest("DaemonSet", "health-monitoring-agent")
    assert template.waits_for(agent, template.manifest("Namespace", "aws-hyperpod"))


def test_kubernetes_objects_wait_for_the_right_to_apply_them(template: Template) -> None:
    (barrier,) = template.ids("AWS::SSM::Parameter")
    applied = [
        *template.ids("Custom::AWSCDK-EKS-HelmChart"),
        *template.ids("Custom::AWSCDK-EKS-KubernetesResource"),
    ]
    assert applied
    assert all(template.waits_for(name, barrier) for name in applied)


def test_the_file_system_is_mounted_once_there_are_nodes(rollouts: Template) -> None:
    driver, claim = rollouts.addon("aws-fsx-csi-driver"), rollouts.manifest("PersistentVolumeClaim", "fsx-claim")
    assert rollouts.waits_for(driver, rollouts.addon("coredns"))
    assert rollouts.waits_for(claim, driver)
    assert rollouts.waits_for(claim, *rollouts.ids("AWS::FSx::FileSystem"))


def test_the_fabric_waits_for_nodes(rollouts: Template) -> None:
    namespace = rollouts.manifest("Namespace", "rollouts")
    assert rollouts.waits_for(namespace, rollouts.addon("coredns"))
    assert rollouts.waits_for(rollouts.manifest("DaemonSet", "mooncake-store"), namespace)
    assert rollouts.waits_for(rollouts.chart("kuberay-operator"), rollouts.addon("coredns"))


def test_the_deployment_asks_whether_the_smoke_test_passed(rollouts: Template) -> None:
    (passed,) = rollouts.ids("Custom::AWSCDK-EKS-KubernetesObjectValue")
    asked = rollouts.resources[passed]["Properties"]
    job = rollouts.manifest("Job", asked["ObjectName"])
    assert (asked["JsonPath"], asked["TimeoutSeconds"]) == (".status.completionTime", 600)
    assert rollouts.waits_for(passed, job)


def test_node_pools_go_before_the_nodes_do(partitions: Template) -> None:
    pool = partitions.manifest("NodePool", "bursts")
    assert partitions.waits_for(pool, cluster(partitions))
    assert partitions.waits_for(pool, partitions.addon("coredns"))


def test_layouts_are_there_before_the_first_node_reads_them(partitions: Template) -> None:
    layouts = partitions.manifest("ConfigMap", "default-mig-config")
    assert partitions.waits_for(partitions.chart("gpu-operator"), layouts)
    assert partitions.waits_for(cluster(partitions), layouts)


def test_no_order_is_a_circle(template: Template) -> None:
    assert [name for name in template.resources if template.waits_for(name, name)] == []


def test_a_change_of_layout_is_judged_before_the_nodes_change(template: Template) -> None:
    (guard,) = template.ids("Custom::MigLayouts")
    assert template.waits_for(cluster(template), guard)


def test_the_layouts_are_there_before_a_change_to_one(partitions: Template) -> None:
    (guard,) = partitions.ids("Custom::MigLayouts")
    assert partitions.waits_for(guard, partitions.manifest("ConfigMap", "default-mig-config"))


def test_quotas_come_after_the_policy_the_add_on_and_the_nodes(partitions: Template) -> None:
    addon = partitions.addon("amazon-sagemaker-hyperpod-taskgovernance")
    (policy,) = partitions.ids("AWS::SageMaker::ClusterSchedulerConfig")
    quotas = partitions.ids("Custom::ComputeQuota")
    assert len(quotas) == 2
    assert partitions.waits_for(addon, waiter(partitions))
    assert partitions.waits_for(policy, addon)
    assert all(partitions.waits_for(quota, policy) for quota in quotas)


def test_node_pools_wait_for_the_web_hook_of_the_queues(partitions: Template) -> None:
    (policy,) = partitions.ids("AWS::SageMaker::ClusterSchedulerConfig")
    assert partitions.waits_for(partitions.manifest("NodePool", "bursts"), policy)
