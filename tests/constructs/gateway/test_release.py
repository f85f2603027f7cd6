"""What runs before the service changes: what it is made of, when it runs again, and what its handler may do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import app as platform_app
from groundwork.gateway.release import release_program
from groundwork.yaml_document import read_yaml
from tests.gateway.iam_policy import allows

Resources = dict[str, Any]
AREA = "us-east-1:111122223333"
OTHER_SECRET = f"arn:aws:secretsmanager:{AREA}:secret:anthropic-GhIjKl"
TASK = f"arn:aws:ecs:{AREA}:task/{{cluster}}/0123456789abcdef"


@pytest.fixture(scope="module")
def resources(edge) -> Resources:
    return edge.stacks["Gateway"].template["Resources"]


@pytest.fixture(scope="module")
def again(changed) -> Callable[[str], Resources]:
    """`resources` after a change of the section."""

    def run(change: str) -> Resources:
        return changed("gateway-domain", f"gateway: {{{change}}}").stacks["Gateway"].template["Resources"]

    return run


def one(resources: Resources, kind: str, part: str = "") -> tuple[str, dict[str, Any]]:
    ((name, found),) = ((n, r) for n, r in resources.items() if r["Type"] == kind and n.startswith(part))
    return name, found


def definition(resources: Resources, part: str = "Release") -> dict[str, Any]:
    return one(resources, "AWS::ECS::TaskDefinition", part)[1]["Properties"]


def container(resources: Resources, name: str) -> dict[str, Any]:
    part = "Release" if name == "Release" else "Task"
    return next(each for each in definition(resources, part)["ContainerDefinitions"] if each["Name"] == name)


def resolved(value: Any) -> Any:
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolved(part) for part in parts)
        case {"Ref": name} | {"Fn::GetStackOutput": {"OutputName": name}}:
            return name
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case list():
            return [resolved(each) for each in value]
        case dict():
            return {key: resolved(each) for key, each in value.items()}
        case _:
            return value


def statements(resources: Resources, part: str) -> list[dict[str, Any]]:
    policies = [r for n, r in resources.items() if r["Type"] == "AWS::IAM::Policy" and n.startswith(part)]
    return [s for policy in policies for s in resolved(policy["Properties"]["PolicyDocument"]["Statement"])]


def test_the_service_changes_only_after_it(resources) -> None:
    release, properties = one(resources, "Custom::GatewayRelease")
    _, service = one(resources, "AWS::ECS::Service")
    assert release in service["DependsOn"]
    assert properties["Properties"]["TaskDefinition"] == {"Ref": one(resources, "AWS::ECS::TaskDefinition", "Rel")[0]}


def test_it_starts_with_its_rights_in_force(resources) -> None:
    _, release = one(resources, "Custom::GatewayRelease")
    policies = {n for n, r in resources.items() if r["Type"] == "AWS::IAM::Policy" and n.startswith(("TaskDef", "Rel"))}
    roles = {each["Ref"] for n in policies for each in resources[n]["Properties"]["Roles"]}
    used = {resolved(definition(resources)[key]).split(".")[0] for key in ("TaskRoleArn", "ExecutionRoleArn")}
    needed = {n for n in policies if used & {each["Ref"] for each in resources[n]["Properties"]["Roles"]}}
    assert used <= roles
    assert needed <= set(release["DependsOn"])


def test_it_is_the_services_container_with_another_command(resources) -> None:
    service, release = container(resources, "Gateway"), container(resources, "Release")
    different = {"Name", "Command", "EntryPoint", "LogConfiguration", "PortMappings"}
    assert {k: v for k, v in release.items() if k not in different} == {
        k: v for k, v in service.items() if k not in different
    }
    whole = ("Cpu", "Memory", "RuntimePlatform", "Volumes", "ExecutionRoleArn")
    assert [definition(resources)[key] for key in whole] == [definition(resources, "Task")[key] for key in whole]
    assert release["Secrets"]


def test_its_command_is_the_program_with_litellms_migration_and_the_services_configuration(resources) -> None:
    release, service = container(resources, "Release"), container(resources, "Gateway")
    assert release["EntryPoint"] == ["python", "-u", "-c"]
    text, *options = (resolved(part) for part in release["Command"])
    assert text == release_program()
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert given["--migrate"] == "python -m litellm.proxy.prisma_migration"
    assert given["--serve"].split() == ["litellm", *service["Command"][:2]]
    assert given["--teams"].startswith("s3://")
    assert given["--secrets"].split(",") == [secret["Name"] for secret in release["Secrets"]]


def test_the_program_leaves_room_for_the_rest_of_the_task_definition() -> None:
    assert len(release_program().encode()) < 8192


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("answer_cache: {keep_seconds: 60}", id="configuration"),
        pytest.param("ui: false", id="variables"),
        pytest.param(f"secrets: {{anthropic: '{OTHER_SECRET}'}}", id="secret"),
        pytest.param("teams: []", id="teams"),
    ],
)
def test_it_runs_again_when_what_it_proves_changes(resources, again, change: str) -> None:
    assert definition(again(change)) != definition(resources)


def test_it_runs_again_when_the_image_changes(resources, again, tmp_path: Path, monkeypatch) -> None:
    image = "ghcr.io/berriai/litellm-database:v1.105.0"
    lock = read_yaml(platform_app.IMAGE_LOCK).content
    lock["images"].append({**lock["images"][0], "image": image, "digest": f"sha256:{'0' * 64}"})
    file = tmp_path / "images.lock.yaml"
    file.write_text(json.dumps(lock))
    monkeypatch.setattr(platform_app, "IMAGE_LOCK", file)
    assert definition(again(f"image: '{image}'")) != definition(resources)


def test_it_does_not_run_again_when_only_the_service_changes(resources, scaled) -> None:
    other = scaled.stacks["Gateway"].template["Resources"]
    assert other != resources
    assert one(other, "Custom::GatewayRelease") == one(resources, "Custom::GatewayRelease")
    assert definition(other) == definition(resources)


def test_teams_alone_do_not_roll_the_service(resources, again) -> None:
    assert definition(again("teams: []"), "Task") == definition(resources, "Task")


def test_the_task_may_start_litellm_and_read_its_teams_and_calls_no_model(resources) -> None:
    granted = {
        a: s["Resource"] for s in statements(resources, "ReleaseDefinitionTaskRole") for a in listed(s["Action"])
    }
    assert set(granted) == {"rds-db:connect", "elasticache:Connect", "s3:GetObject"}
    assert len(granted["s3:GetObject"]) == 2
    assert "*" not in json.dumps(granted)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("function", ["Start", "Done"])
def test_the_handler_may_do_what_it_calls_and_nothing_to_a_neighbour(resources, function: str) -> None:
    policy = [s for s in statements(resources, f"ReleaseJob{function}") if s.get("Sid")]
    cluster, _ = one(resources, "AWS::ECS::Cluster")
    family = definition(resources)["Family"]
    roles = [resolved(definition(resources)[key]) for key in ("TaskRoleArn", "ExecutionRoleArn")]
    log, _ = one(resources, "AWS::Logs::LogGroup", "Task")
    here, there = {"ecs:cluster": f"{cluster}.Arn"}, {"ecs:cluster": f"arn:aws:ecs:{AREA}:cluster/other"}
    to_ecs = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    new = {"ecs:CreateAction": "RunTask"}
    stream = f"arn:aws:logs:{AREA}:log-group:{{}}:log-stream:{{}}"
    task, run = TASK.format(cluster=cluster), f"arn:aws:ecs:{AREA}:task-definition/{family}:7"

    def may(action: str, resource: str, context: dict[str, str]) -> bool:
        return allows(policy, action=action, resource=resource, context=context)

    calls = {
        "Start": [
            ("ecs:RunTask", run, here),
            ("ecs:TagResource", task, new),
            *(("iam:PassRole", role, to_ecs) for role in roles),
            ("ecs:ListTasks", "*", here),
            ("cloudformation:DescribeStacks", "AWS::StackId", {}),
        ],
        "Done": [
            ("ecs:DescribeTasks", task, here),
            ("logs:GetLogEvents", stream.format(log, "release/Release/0123"), {}),
            ("logs:GetLogEvents", stream.format(log, "prepare/Prepare/0123"), {}),
        ],
    }
    allowed = [*calls[function], ("ecs:StopTask", task, here)]
    denied = [
        *calls["Done" if function == "Start" else "Start"],
        ("ecs:RunTask", run, there),
        ("ecs:RunTask", run.replace(family, definition(resources, "Task")["Family"]), here),
        ("ecs:TagResource", task, {}),
        ("ecs:TagResource", task.replace(cluster, "other"), new),
        ("iam:PassRole", roles[0], {"iam:PassedToService": "lambda.amazonaws.com"}),
        ("iam:PassRole", resolved(definition(resources, "Task")["TaskRoleArn"]), to_ecs),
        ("ecs:StopTask", task.replace(cluster, "other"), there),
        ("ecs:UpdateService", task, here),
        ("logs:GetLogEvents", stream.format("other", "release/Release/0123"), {}),
        ("logs:GetLogEvents", stream.format(log, "gateway/Gateway/0123"), {}),
        ("cloudformation:DescribeStacks", "other", {}),
        ("cloudformation:UpdateStack", "AWS::StackId", {}),
    ]
    assert [call for call in allowed if not may(*call)] == []
    assert [call for call in denied if may(*call)] == []
