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


def test_a_change_of_layout_is_judged_before_kubernetes_and_the_nodes_change(template: Template) -> None:
    (guard,) = template.ids("Custom::MigLayoutGuard")
    touched = [
        *template.ids("AWS::EKS::Cluster"),
        *template.ids("AWS::EKS::Addon"),
        *template.ids("AWS::EKS::AccessEntry"),
        *template.ids("AWS::EKS::PodIdentityAssociation"),
        *template.ids("Custom::AWSCDK-EKS-HelmChart"),
        *template.ids("Custom::AWSCDK-EKS-KubernetesResource"),
        *template.ids("Custom::MigLayouts"),
        cluster(template),
    ]
    assert len(touched) > 15
    assert [name for name in touched if not template.waits_for(name, guard)] == []


def test_a_deployment_that_is_refused_has_changed_nothing_but_functions(template: Template) -> None:
    """Not the file system, nor the nodes' rules, rights and scripts: nothing that is left out here is named by type."""
    (guard,) = template.ids("Custom::MigLayoutGuard")
    early = [name for name in template.resources if name != guard and not template.waits_for(name, guard)]
    early = [name for name in early if not template.waits_for(guard, name)]
    assert {template.resources[name]["Type"] for name in early} <= {
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
    }
    assert [name for name in early if name.startswith(("ExecutionRole", "ScalingRole"))] == []
    assert len(early) < len(template.resources) / 6


def test_the_judgement_waits_for_nothing_but_the_function_that_gives_it(template: Template) -> None:
    (guard,) = template.ids("Custom::MigLayoutGuard")
    before = [name for name in template.resources if template.waits_for(guard, name)]
    assert before
    assert [name for name in before if not name.startswith("LayoutGuard")] == []


def test_a_layout_changes_after_what_it_needs_and_before_the_nodes_do(template: Template) -> None:
    (rollout,) = template.ids("Custom::MigLayouts")
    needed = [
        template.manifest("ConfigMap", "default-mig-config"),
        template.chart("gpu-operator"),
        template.manifest("ClusterRoleBinding", "groundwork-mig-layout-change"),
        *template.ids("AWS::EKS::AccessEntry", Type="STANDARD", KubernetesGroups=["groundwork:mig-layout-change"]),
    ]
    assert len(needed) == 4
    assert [name for name in needed if not template.waits_for(rollout, name)] == []
    assert template.waits_for(cluster(template), rollout)


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
