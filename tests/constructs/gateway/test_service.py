"""The gateway's tasks and the service that runs them."""

import json

import pytest


def statements(platform, role_part: str) -> list[dict]:
    resources = platform.stacks["Gateway"].template["Resources"]
    return [
        statement
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Policy" and logical_id.startswith(f"TaskDefinition{role_part}")
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_a_task_is_one_worker_of_1_vcpu_and_4_gib(public) -> None:
    task = public.task()
    assert (task["Cpu"], task["Memory"]) == ("1024", "4096")
    assert public.environment()["NUM_WORKERS"] == "1"
    assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"


def test_the_processor_is_a_setting(unprotected) -> None:
    assert unprotected.task()["RuntimePlatform"]["CpuArchitecture"] == "X86_64"


def test_the_gateway_is_not_root_and_writes_only_where_it_must(public) -> None:
    container = public.container()
    assert container["User"] == "1000:1000"
    assert container["ReadonlyRootFilesystem"] is True
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    mounts = {(mount["ContainerPath"], mount["ReadOnly"]) for mount in container["MountPoints"]}
    assert mounts == {("/tmp", False), ("/.cache", False), ("/.npm", False)}
    folders = [value for name, value in public.environment().items() if name.endswith(("_DIR", "_PATH", "_HOME"))]
    assert len(folders) == 4
    assert all(folder.startswith("/tmp/") for folder in folders)


def test_its_folders_are_handed_over_before_it_starts(public) -> None:
    prepare = public.container("Prepare")
    assert prepare["Essential"] is False
    assert prepare["ReadonlyRootFilesystem"] is True
    assert prepare["Command"] == ["chown 1000:1000 /tmp /.cache /.npm"]
    assert not {"Secrets", "Environment"} & set(prepare)
    assert public.container()["DependsOn"] == [{"Condition": "SUCCESS", "ContainerName": "Prepare"}]


def test_images_are_pinned_by_digest(public) -> None:
    for name in ("Gateway", "Prepare"):
        assert "@sha256:" in json.dumps(public.container(name)["Image"])


def test_secrets_arrive_by_reference_and_nothing_secret_by_value(edge) -> None:
    names = {secret["Name"] for secret in edge.container()["Secrets"]}
    of_the_user = {"SECRET_ANTHROPIC", "SECRET_GEMINI", "SLACK_WEBHOOK_URL"}
    assert names == {"LITELLM_MASTER_KEY", "LITELLM_SALT_KEY", *of_the_user}
    assert not {name for name in edge.environment() if name.endswith(("PASSWORD", "_KEY", "TOKEN", "URL"))} - {
        "PROXY_BASE_URL",
        "LITELLM_CONFIG_BUCKET_OBJECT_KEY",
    }


def test_the_task_can_do_what_it_needs_and_nothing_else(public) -> None:
    granted: dict = {}
    for statement in statements(public, "TaskRole"):
        actions = statement["Action"]
        for action in actions if isinstance(actions, list) else [actions]:
            granted.setdefault(action, []).append(statement["Resource"])
    assert set(granted) == {
        "rds-db:connect",
        "elasticache:Connect",
        "s3:GetObject",
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
    }
    profile, _ = granted["bedrock:InvokeModel"]
    assert profile == "arn:aws:bedrock:eu-central-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"
    assert "*" not in json.dumps(granted)
    assert json.dumps(granted["rds-db:connect"]).rstrip(']}"').endswith("/litellm")
    assert [len(resources) for resources in granted["elasticache:Connect"]] == [2]


def test_the_role_that_starts_it_reads_its_secrets_and_writes_its_log(public) -> None:
    granted = {
        action: statement
        for statement in statements(public, "ExecutionRole")
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }
    assert {action for action in granted if not action.startswith("logs:")} == {
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        "kms:Decrypt",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
    }
    via = granted["kms:Decrypt"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert via == "secretsmanager.eu-central-1.amazonaws.com"


@pytest.fixture(scope="module")
def edited(changed):
    """`edge` with another configuration."""
    return changed("gateway-domain", "gateway: {answer_cache: {keep_seconds: 60}}")


def test_the_configuration_is_named_by_its_content(edited, edge) -> None:
    key = "LITELLM_CONFIG_BUCKET_OBJECT_KEY"
    assert edited.environment()[key] != edge.environment()[key]
    assert edge.environment()[key].endswith(".yaml")
    (read,) = [s for s in statements(edge, "TaskRole") if s["Action"] == "s3:GetObject"]
    assert edge.environment()[key] in json.dumps(read["Resource"])


def test_a_configuration_rolls_the_task_and_nothing_else(edited, edge) -> None:
    templates = ({name: s.template for name, s in platform.stacks.items()} for platform in (edge, edited))
    before, after = templates
    assert {name for name in before if before[name] != after[name]} == {"Gateway"}
    before, after = before["Gateway"]["Resources"], after["Gateway"]["Resources"]
    types = {before[key]["Type"] for key in before if before[key] != after[key]}
    assert set(before) == set(after)
    assert types == {"AWS::ECS::TaskDefinition", "AWS::IAM::Policy"}


@pytest.mark.parametrize(
    ("platform", "idle", "keep_alive", "deregistration", "stop"),
    [
        ("brief", "70", "80", "60", 60),
        ("edge", "610", "620", "600", 120),
        ("unprotected", "3610", "3620", "3600", 120),
    ],
    ids=["60 s", "600 s", "3600 s"],
)
def test_every_time_out_follows_from_one_number(
    request, platform: str, idle: str, keep_alive: str, deregistration: str, stop: int
) -> None:
    found = request.getfixturevalue(platform)
    listed = [
        *found.one("Gateway", "AWS::ElasticLoadBalancingV2::LoadBalancer")["LoadBalancerAttributes"],
        *found.one("Gateway", "AWS::ElasticLoadBalancingV2::TargetGroup")["TargetGroupAttributes"],
    ]
    attributes = {attribute["Key"]: attribute["Value"] for attribute in listed}
    assert attributes["idle_timeout.timeout_seconds"] == idle
    assert attributes["deregistration_delay.timeout_seconds"] == deregistration
    assert found.environment()["KEEPALIVE_TIMEOUT"] == keep_alive
    assert found.container()["StopTimeout"] == stop


def test_a_bad_deployment_is_rolled_back_and_callers_notice_nothing(public) -> None:
    service = public.one("Gateway", "AWS::ECS::Service")
    deployment = service["DeploymentConfiguration"]
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (100, 200)
    assert service["HealthCheckGracePeriodSeconds"] == 300
    target = public.one("Gateway", "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert (target["HealthCheckPath"], target["Matcher"]) == ("/health/readiness", {"HttpCode": "200"})


def test_a_deployment_does_not_reset_the_number_of_tasks(public) -> None:
    assert "DesiredCount" not in public.one("Gateway", "AWS::ECS::Service")


def test_the_service_scales_on_cpu_and_requests_and_never_on_memory(scaled) -> None:
    target = scaled.one("Gateway", "AWS::ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (3, 7)
    policies = scaled.properties("Gateway", "AWS::ApplicationAutoScaling::ScalingPolicy")
    tracking = [policy["TargetTrackingScalingPolicyConfiguration"] for policy in policies]
    assert {t["PredefinedMetricSpecification"]["PredefinedMetricType"]: t["TargetValue"] for t in tracking} == {
        "ECSServiceAverageCPUUtilization": 55,
        "ALBRequestCountPerTarget": 900,
    }


def test_tasks_are_reached_by_the_load_balancer_only_and_have_no_public_address(public) -> None:
    network = public.one("Gateway", "AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    own, clients = network["SecurityGroups"]
    rules = public.properties("Gateway", "AWS::EC2::SecurityGroupIngress")
    assert [(rule["GroupId"], rule["FromPort"]) for rule in rules] == [(own, 4000)]
    assert "Fn::GetStackOutput" in json.dumps(clients) or "Fn::ImportValue" in json.dumps(clients)


def test_what_is_switched_off_is_off_in_the_container_too(public, private) -> None:
    assert "DISABLE_ADMIN_UI" not in private.environment()
    assert public.environment()["DISABLE_ADMIN_UI"] == "True"
    for platform in (public, private):
        assert {platform.environment()[name] for name in ("NO_DOCS", "NO_REDOC", "NO_OPENAPI")} == {"True"}


def test_a_person_is_called_when_callers_see_it_and_only_after_the_first_start(public) -> None:
    alarms = public.resources("Gateway", "AWS::CloudWatch::Alarm")
    assert len(alarms) == 2
    resources = public.stacks["Gateway"].template["Resources"]
    (service,) = (k for k, r in resources.items() if r["Type"] == "AWS::ECS::Service")
    for alarm in alarms:
        assert service in alarm["DependsOn"]
        assert len(alarm["Properties"]["AlarmActions"]) == 1
    by_missing = {alarm["Properties"]["TreatMissingData"] for alarm in alarms}
    assert by_missing == {"breaching", "notBreaching"}
