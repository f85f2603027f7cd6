"""What the stack of a browser's sandbox promises."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.inference.browser_app import AGENT, BROWSER_LOCK, SQUID, add_browser
from tests.inference.inference_app import new_app

Template = dict[str, Any]
RUNTIME = "https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/models-fara-7b"


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    """By stage; tests/policy runs the checks over such an environment."""
    app = new_app(tmp_path_factory.mktemp("browser") / "assembly")
    add_browser(app, "Plain")
    add_browser(app, "Component", component=True)
    directory = Path(app.synth().directory)
    files = {
        stage: directory.glob(f"assembly-{stage}/*Browserfara7b*.template.json") for stage in ("Plain", "Component")
    }
    return {stage: json.loads(next(found).read_text()) for stage, found in files.items()}


@pytest.fixture(scope="module")
def template(templates: dict[str, Template]) -> Template:
    return templates["Plain"]


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    resources = template["Resources"].items()
    return {name: r["Properties"] for name, r in resources if r["Type"] == f"AWS::{kind}"}


def group(template: Template, description: str) -> tuple[str, dict[str, Any]]:
    groups = of_type(template, "EC2::SecurityGroup").items()
    (found,) = [(name, each) for name, each in groups if each["GroupDescription"] == description]
    return found


def egress(template: Template, description: str) -> list[dict[str, Any]]:
    """What a group may reach, by rules inside of it and outside."""
    name, properties = group(template, description)
    apart = of_type(template, "EC2::SecurityGroupEgress").values()
    own = {"Fn::GetAtt": [name, "GroupId"]}
    return [*properties.get("SecurityGroupEgress", ()), *(rule for rule in apart if rule["GroupId"] == own)]


def containers(template: Template) -> dict[str, dict[str, Any]]:
    tasks = of_type(template, "ECS::TaskDefinition").values()
    return {container["Name"]: container for task in tasks for container in task["ContainerDefinitions"]}


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    policies = of_type(template, "IAM::Policy").items()
    return [s for name, p in policies if name.startswith(role) for s in p["PolicyDocument"]["Statement"]]


def test_no_container_has_root_a_capability_or_a_disk(template: Template) -> None:
    found = containers(template)
    assert found.keys() == {"Browser", "Deadline", "Proxy"}
    for container in found.values():
        linux = container["LinuxParameters"]
        assert container["User"].partition(":")[0] not in ("", "0", "root")
        assert container["ReadonlyRootFilesystem"]
        assert linux["Capabilities"] == {"Drop": ["ALL"]}
        assert [(t["ContainerPath"], set(t["MountOptions"])) for t in linux["Tmpfs"]] == [
            ("/tmp", {"nosuid", "nodev", "noexec"})
        ]
        assert not {"Privileged", "MountPoints", "Secrets"} & container.keys()
        assert [limit["Name"] for limit in container["Ulimits"]] == ["nofile"]
    assert not [task for task in of_type(template, "ECS::TaskDefinition").values() if "Volumes" in task]


def test_images_run_by_digest(template: Template) -> None:
    images = {name: json.dumps(container["Image"]) for name, container in containers(template).items()}
    assert BROWSER_LOCK[AGENT] in images["Browser"]
    assert images["Browser"] == images["Deadline"]
    assert images["Proxy"] == f'"{SQUID}@{BROWSER_LOCK[SQUID]}"'


def test_a_browser_reaches_the_proxy_the_interface_endpoints_and_layers_alone(template: Template) -> None:
    proxy, _ = group(template, "Proxy of sandboxed browsers")
    rules = egress(template, "Sandboxed browsers")
    ports = {(rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) for rule in rules}
    assert ports == {(443, 443, "tcp"), (3128, 3128, "tcp")}
    assert not [rule for rule in rules if "CidrIp" in rule or "CidrIpv6" in rule]
    to_groups = {r["FromPort"]: r["DestinationSecurityGroupId"] for r in rules if "DestinationSecurityGroupId" in r}
    assert to_groups[3128] == {"Fn::GetAtt": [proxy, "GroupId"]}
    assert "EndpointsSecurityGroup" in json.dumps(to_groups[443])
    assert [r["DestinationPrefixListId"] for r in rules if "DestinationPrefixListId" in r] == ["pl-63a5400a"]
    assert len(rules) == 3


def test_only_the_proxy_reaches_the_internet_and_only_browsers_reach_the_proxy(template: Template) -> None:
    browsers, own = group(template, "Sandboxed browsers")
    proxy, _ = group(template, "Proxy of sandboxed browsers")
    rules = egress(template, "Proxy of sandboxed browsers")
    assert {(rule["FromPort"], rule["ToPort"]) for rule in rules} == {(443, 443)}
    assert not [r for r in rules if r.get("CidrIp", "").startswith(("0.0.0.0/0", "10.", "172.16.", "192.168."))]
    (into,) = of_type(template, "EC2::SecurityGroupIngress").values()
    assert into["GroupId"] == {"Fn::GetAtt": [proxy, "GroupId"]}
    assert into["SourceSecurityGroupId"] == {"Fn::GetAtt": [browsers, "GroupId"]}
    assert "SecurityGroupIngress" not in own


def test_the_agent_may_call_this_endpoint_and_nothing_else(template: Template) -> None:
    assert statements(template, "SandboxTaskTaskRole") == [
        {
            "Sid": "CallModel",
            "Effect": "Allow",
            "Action": "sagemaker:InvokeEndpoint",
            "Resource": "arn:aws:sagemaker:us-east-1:111122223333:endpoint/models-fara-7b",
        },
        {"Sid": "ByToken", "Effect": "Allow", "Action": "sagemaker:CallWithBearerToken", "Resource": "*"},
    ]
    assert statements(template, "SandboxProxyTaskTaskRole") == []


def test_the_agent_is_told_where_model_and_proxy_are(template: Template) -> None:
    browser = {each["Name"]: each["Value"] for each in containers(template)["Browser"]["Environment"]}
    proxy = "http://proxy.models-fara-7b.sandbox.internal:3128"
    assert {browser[name] for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")} == {proxy}
    assert browser["MODEL_BASE_URL"] == f"{RUNTIME}/openai/v1"
    assert browser["MODEL_NAME"] == "models-fara-7b"
    assert "runtime.sagemaker.us-east-1.amazonaws.com" in browser["NO_PROXY"].split(",")
    (namespace,) = of_type(template, "ServiceDiscovery::PrivateDnsNamespace").values()
    (service,) = of_type(template, "ServiceDiscovery::Service").values()
    assert f"{service['Name']}.{namespace['Name']}" in proxy


def test_a_component_is_called_by_its_name(templates: dict[str, Template]) -> None:
    template = templates["Component"]
    browser = {each["Name"]: each["Value"] for each in containers(template)["Browser"]["Environment"]}
    assert browser["MODEL_BASE_URL"] == f"{RUNTIME}/inference-components/models-fara-7b/openai/v1"
    call, _ = statements(template, "SandboxTaskTaskRole")
    assert [arn.rpartition(":")[2] for arn in call["Resource"]] == [
        "endpoint/models-fara-7b",
        "inference-component/models-fara-7b",
    ]


def test_a_task_ends_in_time_whatever_the_browser_does(template: Template) -> None:
    deadline = containers(template)["Deadline"]
    assert (deadline["EntryPoint"], deadline["Essential"]) == (["sleep", "1800"], True)
    assert "Command" not in deadline


def test_what_browsers_and_the_proxy_say_is_kept_encrypted_and_for_a_time(template: Template) -> None:
    ((name, log),) = of_type(template, "Logs::LogGroup").items()
    assert log["RetentionInDays"] == 365
    assert "OperationsKey" in json.dumps(log["KmsKeyId"])
    for container in containers(template).values():
        assert container["LogConfiguration"]["Options"]["awslogs-group"] == {"Ref": name}


def test_whoever_starts_a_task_finds_what_to_say(template: Template) -> None:
    assert template["Outputs"].keys() >= {"BrowserCluster", "BrowserTask", "BrowserSecurityGroup", "BrowserSubnets"}
