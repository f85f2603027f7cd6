"""What runs before the service changes: what it is made of, when it runs again, and what its handler may do."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

import app as platform_app
from groundwork.gateway.release import release_program
from operations.local.assembly import read_environment
from rules.report import open_findings
from tests.constructs.gateway.release_app import NAME, Released, build
from tests.gateway.iam_policy import allows

Resources = dict[str, Any]
AREA = "eu-central-1:111122223333"
TASK = f"arn:aws:ecs:{AREA}:task/{{cluster}}/0123456789abcdef"


def synthesize(outdir: Path, released: Released, *, checks: bool = False) -> Resources:
    later = {"@aws-cdk/core:failSynthOnValidationErrors": False}
    app = cdk.App(context=platform_app.context(), outdir=str(outdir), post_cli_context=later)
    build(app, released)
    if checks:
        platform_app.attach_checks(app)
    stage = read_environment(assembly=Path(app.synth().directory), name=NAME)
    (stack,) = (stack for stack in stage.stacks if stack.name.endswith("-Gateway"))
    return json.loads(stack.template.read_text())["Resources"]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checked")
    synthesize(folder, Released(), checks=True)
    return folder


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Resources]:
    def run(**changes: Any) -> Resources:
        return synthesize(tmp_path_factory.mktemp("release"), replace(Released(), **changes))

    return run


@pytest.fixture(scope="module")
def resources(again: Callable[..., Resources]) -> Resources:
    return again()


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
        {"image": "ghcr.io/berriai/litellm-database:v1.105.0"},
        {"configuration": "model_list: [{}]\n"},
        {"variables": {"OTEL_ENDPOINT": "http://collector.example.com"}},
        {"secret": "GhIjKl"},
        {"teams": ()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_it_runs_again_when_what_it_proves_changes(resources, again, change: dict[str, Any]) -> None:
    assert definition(again(**change)) != definition(resources)


def test_it_does_not_run_again_when_only_the_service_changes(resources, again) -> None:
    other = again(max_tasks=20)
    assert other != resources
    assert one(other, "Custom::GatewayRelease") == one(resources, "Custom::GatewayRelease")
    assert definition(other) == definition(resources)


def test_teams_alone_do_not_roll_the_service(resources, again) -> None:
    assert definition(again(teams=()), "Task") == definition(resources, "Task")


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

    allowed = [
        ("ecs:RunTask", run, here),
        ("ecs:TagResource", task, new),
        *(("iam:PassRole", role, to_ecs) for role in roles),
        ("ecs:DescribeTasks", task, here),
        ("ecs:StopTask", task, here),
        ("logs:GetLogEvents", stream.format(log, "release/Release/0123"), {}),
        ("logs:GetLogEvents", stream.format(log, "prepare/Prepare/0123"), {}),
        ("cloudformation:DescribeStacks", "AWS::StackId", {}),
    ]
    denied = [
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


def test_no_check_finds_anything_in_it(checked: Path) -> None:
    own = ("/Gateway/Release/", "/Gateway/Task/")
    assert [finding for finding in open_findings(checked) if any(part in finding for part in own)] == []
