"""A public and a private gateway on the engine: created, updated, released, entered, destroyed."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from operations.local.cdk import destroy
from operations.local.entry import Entry, load_balancer_entry, register_target
from operations.local.inventory import take_inventory
from tests.deploy.distribution import distribution
from tests.deploy.gateways import ACCOUNT, REGION, TIMEOUT, Gateway, Gateways, Releases, deployed
from tests.deploy.leftovers import leftovers
from tests.deploy.upstream import PIECES, Upstream, upstream

HOSTS = {"public": "gateway.example.com", "private": "gateway.internal.example.com"}


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateways]:
    with deployed(tmp_path_factory.mktemp("gateways")) as all_of_them:
        yield all_of_them


@pytest.fixture(scope="module")
def tasks(gateways: Gateways) -> Iterator[Upstream]:
    """One server behind both load balancers."""
    with upstream() as server:
        for gateway in (gateways.public, gateways.private):
            group = gateway.physical_id("LoadBalancerTasks")
            register_target(gateway.engine, target_group_arn=group, port=server.port)
        yield server


@pytest.fixture(params=["public", "private"])
def gateway(request: pytest.FixtureRequest, gateways: Gateways) -> Gateway:
    return getattr(gateways, request.param)


def entry(gateway: Gateway, *, host: str | None = None, port: int = 443) -> Entry:
    name = host or HOSTS[gateway.environment.stage.lower()]
    arn = gateway.physical_id("LoadBalancerAlb240B1141")
    return load_balancer_entry(gateway.engine, load_balancer_arn=arn, host=name, port=port)


def get(gateway: Gateway, entered: Entry, path: str) -> httpx.Response:
    with gateway.engine.http(timeout=20) as http:
        return http.get(entered.url + path, headers=entered.headers)


def pieces(gateway: Gateway, entered: Entry, server: Upstream) -> list[bytes]:
    with gateway.engine.http(timeout=20) as http:
        address = f"{entered.url}/v1/stream"
        with http.stream("POST", address, headers=entered.headers, json={"stream": True}) as answer:
            found = []
            for piece in answer.iter_raw():
                found.append(piece)
                server.received.release()
            return found


def test_every_stack_is_created(gateway: Gateway) -> None:
    statuses = {stack.name: stack.status for stack in take_inventory(gateway.engine, gateway.environment)}
    assert set(statuses) == {stack.name for stack in gateway.environment.stacks}
    assert set(statuses.values()) == {"CREATE_COMPLETE"}


def test_a_record_in_a_zone_of_others_is_told_as_walked_through(gateways: Gateways) -> None:
    def records(gateway: Gateway) -> tuple[set[str], set[str]]:
        stack = take_inventory(gateway.engine, gateway.environment)[-1]
        kind = "AWS::Route53::RecordSet"
        emulated, walked = (
            {name for name, each in held.items() if each == kind} for held in (stack.emulated, stack.walked_through)
        )
        return emulated, walked

    assert [len(names) for names in records(gateways.public)] == [0, 1]
    assert [len(names) for names in records(gateways.private)] == [1, 0]


def test_the_service_runs_tasks_with_their_secrets(gateway: Gateway) -> None:
    definition = gateway.aws("ecs").describe_task_definition(taskDefinition=gateway.served_definition())
    essential = [each for each in definition["taskDefinition"]["containerDefinitions"] if each["essential"]]
    (names,) = ({secret["name"] for secret in each["secrets"]} for each in essential)
    assert {"LITELLM_MASTER_KEY", "LITELLM_SALT_KEY", "OPENAI_API_KEY"} <= names


def test_generated_keys_are_letters_and_digits(gateway: Gateway) -> None:
    secrets = gateway.aws("secretsmanager")
    (output,) = (
        stack.outputs["MasterKeySecret"]
        for stack in take_inventory(gateway.engine, gateway.environment)
        if "MasterKeySecret" in stack.outputs
    )
    text = secrets.get_secret_value(SecretId=output)["SecretString"]
    key = json.loads(text)["key"] if text.startswith("{") else text
    assert re.fullmatch(r"(sk-)?[A-Za-z0-9]{20,}", key)


def test_an_alarm_on_an_expression_is_kept_with_it(gateway: Gateway) -> None:
    (name,) = (value for key, value in gateway.physical_ids().items() if key.startswith("AlarmsFailedRequests"))
    (alarm,) = gateway.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert any("Expression" in metric for metric in alarm["Metrics"])


@pytest.mark.parametrize("path", ["/health", "/metrics", "/metrics/", "/docs", "/openapi.json"])
def test_a_closed_path_is_not_found(gateway: Gateway, path: str) -> None:
    assert get(gateway, entry(gateway), path).status_code == 404


def test_the_admin_pages_are_closed_where_they_are_switched_off(gateways: Gateways, tasks: Upstream) -> None:
    answers = [get(each, entry(each), "/ui/").status_code for each in (gateways.public, gateways.private)]
    assert answers == [200, 404]


def test_another_host_is_refused(gateway: Gateway, tasks: Upstream) -> None:
    assert get(gateway, entry(gateway, host="other.example.com"), "/v1/models").status_code == 403


def test_the_gateways_host_is_forwarded(gateway: Gateway, tasks: Upstream) -> None:
    tasks.requests.clear()
    assert get(gateway, entry(gateway), "/v1/models?all=1").text == "ok"
    ((method, path, headers),) = tasks.requests
    assert (method, path) == ("GET", "/v1/models?all=1")
    assert headers["host"] == HOSTS[gateway.environment.stage.lower()]
    assert headers["x-forwarded-proto"] == "https"


def test_plain_http_is_only_redirected(gateway: Gateway, tasks: Upstream) -> None:
    tasks.requests.clear()
    answer = get(gateway, entry(gateway, port=80), "/v1/models?all=1")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://{HOSTS[gateway.environment.stage.lower()]}:443/v1/models?all=1"
    assert tasks.requests == []


def test_a_stream_arrives_piece_by_piece(gateway: Gateway, tasks: Upstream) -> None:
    assert pieces(gateway, entry(gateway), tasks) == PIECES


@pytest.fixture(scope="module")
def edge(gateways: Gateways) -> Iterator[Entry]:
    private = gateways.private
    arn = private.physical_id("LoadBalancerAlb240B1141")
    with distribution(private, load_balancer_arn=arn, origin_name=HOSTS["private"]) as entered:
        yield entered


def test_a_distribution_asks_the_load_balancer_for_the_origins_name(
    gateways: Gateways, edge: Entry, tasks: Upstream
) -> None:
    tasks.requests.clear()
    assert get(gateways.private, edge, "/v1/models?all=1").text == "ok"
    ((_, path, headers),) = tasks.requests
    assert (path, headers["host"]) == ("/v1/models?all=1", HOSTS["private"])


def test_a_closed_path_is_closed_behind_a_distribution(gateways: Gateways, edge: Entry) -> None:
    assert get(gateways.private, edge, "/health").status_code == 404


def test_a_stream_passes_a_distribution_piece_by_piece(gateways: Gateways, edge: Entry, tasks: Upstream) -> None:
    assert pieces(gateways.private, edge, tasks) == PIECES


@pytest.fixture(scope="module")
def left(gateways: Gateways) -> dict[str, list[str]]:
    both = (gateways.public, gateways.private)
    before = leftovers(gateways.public.engine, account=ACCOUNT, region=REGION)
    # The listing is only worth its silence later if it sees everything now.
    assert {"balancers", "databases", "caches", "clusters", "zones", "firewalls", "alarms", "secrets"} <= set(before)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: destroy(each.engine, each.environment, timeout=TIMEOUT), both))
    return leftovers(gateways.public.engine, account=ACCOUNT, region=REGION)


def test_only_the_salt_keys_outlive_a_gateway(left: dict[str, list[str]]) -> None:
    assert set(left) == {"secrets"}
    assert sorted(re.sub(r"[A-F0-9]{8}-.*", "", name) for name in left["secrets"]) == [
        "Private-GatewayData-KeysSaltKey",
        "Public-GatewayData-KeysSaltKey",
    ]


@pytest.fixture(scope="module")
def releases(gateways: Gateways, left: object) -> Releases:
    """After all else, as it takes the longest and goes on beside the rest."""
    return gateways.releasing.result(2 * TIMEOUT)


def test_an_edited_configuration_replaces_the_task_definitions_and_nothing_else(releases: Releases) -> None:
    replaced = {name for name, physical in releases.after.items() if releases.before[name] != physical}
    assert releases.after.keys() == releases.before.keys()
    assert {releases.changes[name] for name in replaced} == {"AWS::ECS::TaskDefinition"}


def test_an_edited_configuration_is_released_and_touches_no_way_in(releases: Releases) -> None:
    types = set(releases.changes.values())
    needed = {"AWS::ECS::TaskDefinition", "AWS::ECS::Service", "Custom::GatewayRelease"}
    # The grant names the one object; the scaling hangs on the service, which could have been replaced.
    scaling = {"AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"}
    assert needed <= types <= {*needed, *scaling, "AWS::IAM::Policy"}


def test_a_release_that_fails_keeps_the_old_version_and_says_why(releases: Releases) -> None:
    before, between, _ = releases.served
    assert between == before
    assert releases.statuses[0] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Release: exit code 4" in releases.reason
    assert "model_list[0]: no such provider" in releases.reason


def test_a_release_that_succeeds_brings_the_new_version(releases: Releases) -> None:
    before, _, after = releases.served
    assert releases.statuses[1] == "UPDATE_COMPLETE"
    assert after != before
