"""A gateway behind CloudFront and a private one on the engine: created, entered, released anew, destroyed."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from operations.local.assembly import Environment, read_environment
from operations.local.cdk import destroy
from operations.local.entry import register_target
from operations.local.running_engine import RunningEngine
from tests.conftest import synthesize
from tests.deploy import gateway_files
from tests.deploy.creation import create
from tests.deploy.gateways import TIMEOUT, Gateway, Gateways, Releases, release
from tests.deploy.leftovers import added, leftovers
from tests.deploy.upstream import PIECES, Upstream, upstream
from tests.deploy.way_in import WayIn, at_distribution, at_load_balancer

ACCOUNT, REGIONS = "111122223333", ("eu-central-1", "us-east-1", "ca-central-1")


@pytest.fixture(scope="module")
def gateways(
    engine: RunningEngine,
    bootstrapped: Callable[[Environment], None],
    assembly: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gateways]:
    before = {region: leftovers(engine, account=ACCOUNT, region=region) for region in REGIONS}
    shipped, folder = read_environment(assembly=assembly, name="gateway-trial"), tmp_path_factory.mktemp("gateways")
    (folder / "private.yaml").write_text(gateway_files.private())
    (folder / "trial.yaml").write_text(gateway_files.edited_trial())
    with ThreadPoolExecutor(2) as pool:
        bootstrapped(shipped)
        creating = pool.submit(create, engine, shipped, timeout=TIMEOUT)
        made = synthesize(folder, tmp_path_factory.mktemp("assembly"))
        closed = read_environment(assembly=made, name="private")
        bootstrapped(closed)
        create(engine, closed, timeout=TIMEOUT)
        creating.result(TIMEOUT)
        host, own_host = (gateway_files.served_name(f"gateway-{name}.yaml") for name in ("cloudfront", "canada"))
        trial = Gateway(engine=engine, environment=shipped, host=host)
        private = Gateway(engine=engine, environment=closed, host=own_host)
        releasing = pool.submit(release, trial, read_environment(assembly=made, name="gateway-trial"))
        yield Gateways(trial=trial, private=private, releasing=releasing, before=before)


@pytest.fixture(scope="module")
def tasks(gateways: Gateways) -> Iterator[Upstream]:
    """One server behind both load balancers."""
    with upstream() as server:
        for gateway in (gateways.trial, gateways.private):
            group = gateway.physical_id("LoadBalancerTasks")
            register_target(gateway.engine, target_group_arn=group, port=server.port)
        yield server


@pytest.fixture(params=["trial", "private"])
def gateway(request: pytest.FixtureRequest, gateways: Gateways) -> Gateway:
    return getattr(gateways, request.param)


@pytest.fixture(params=["trial", "trial over CloudFront", "private"])
def way_in(request: pytest.FixtureRequest, gateways: Gateways) -> WayIn:
    if request.param == "private":
        return at_load_balancer(gateways.private)
    return (at_distribution if "CloudFront" in request.param else at_load_balancer)(gateways.trial)


def test_every_stack_is_created_and_the_edge_last_in_its_own_region(gateways: Gateways) -> None:
    assert gateways.trial.stacks().keys() == {"Foundation", "Network", "GatewayData", "Gateway", "Edge"}
    assert gateways.private.stacks().keys() == {"Foundation", "Network", "GatewayData", "Gateway"}
    assert {stack.status for stack in gateways.private.stacks().values()} == {"CREATE_COMPLETE"}
    edge = gateways.trial.stacks()["Edge"]
    assert (edge.region, edge.status) == ("us-east-1", "CREATE_COMPLETE")
    assert {"AWS::CloudFront::Distribution", "AWS::CloudFront::VpcOrigin"} <= set(edge.emulated.values())
    history = gateways.trial.history()
    assert history["Gateway"]["CREATE_COMPLETE"] < history["Edge"]["REVIEW_IN_PROGRESS"]


def test_a_private_gateway_has_its_record_in_a_zone_of_its_own(gateways: Gateways) -> None:
    stack = gateways.private.stacks()["Gateway"]
    assert list(stack.emulated.values()).count("AWS::Route53::RecordSet") == 1
    zones = gateways.private.aws("route53").list_hosted_zones()["HostedZones"]
    (records,) = (
        gateways.private.aws("route53").list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        for zone in zones
        if gateways.private.host.endswith(zone["Name"].rstrip("."))
    )
    assert f"{gateways.private.host}." in {record["Name"] for record in records}


def test_the_service_runs_tasks_with_their_secrets(gateway: Gateway) -> None:
    definition = gateway.aws("ecs").describe_task_definition(taskDefinition=gateway.served_definition())
    essential = [each for each in definition["taskDefinition"]["containerDefinitions"] if each["essential"]]
    (names,) = ({secret["name"] for secret in each["secrets"]} for each in essential)
    providers = {"SECRET_OPENAI"} if gateway.environment.stage == "GatewayTrial" else set()
    assert names == {"LITELLM_MASTER_KEY", "LITELLM_SALT_KEY"} | providers


def test_generated_keys_are_letters_and_digits(gateway: Gateway) -> None:
    secret = gateway.stacks()["Gateway"].outputs["MasterKeySecret"]
    text = gateway.aws("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    key = json.loads(text)["key"] if text.startswith("{") else text
    assert re.fullmatch(r"(sk-)?[A-Za-z0-9]{20,}", key)


def test_an_alarm_on_an_expression_is_kept_with_it(gateway: Gateway) -> None:
    name = gateway.physical_id("AlarmsFailedRequests")
    (alarm,) = gateway.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert any("Expression" in metric for metric in alarm["Metrics"])


@pytest.mark.parametrize("path", ["/health", "/metrics", "/metrics/", "/docs", "/openapi.json"])
def test_a_closed_path_is_not_found(way_in: WayIn, path: str) -> None:
    assert way_in.get(path).status_code == 404


def test_the_admin_pages_are_closed_where_they_are_switched_off(way_in: WayIn, tasks: Upstream) -> None:
    open_to_all = way_in.gateway.environment.stage == "GatewayTrial"
    assert way_in.get("/ui/").status_code == (200 if open_to_all else 404)


def test_another_host_is_refused(gateway: Gateway, tasks: Upstream) -> None:
    assert at_load_balancer(gateway, host="other.example.com").get("/v1/models").status_code == 403


def test_the_gateways_host_is_forwarded(way_in: WayIn, tasks: Upstream) -> None:
    tasks.requests.clear()
    assert way_in.get("/v1/models?all=1").text == "ok"
    ((method, path, headers),) = tasks.requests
    assert (method, path) == ("GET", "/v1/models?all=1")
    assert headers["host"] == way_in.gateway.host
    assert headers["x-forwarded-proto"] == "https"


def test_plain_http_is_only_redirected_and_behind_cloudfront_not_even_that(gateways: Gateways, tasks: Upstream) -> None:
    tasks.requests.clear()
    answer = at_load_balancer(gateways.private, port=80).get("/v1/models?all=1")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://{gateways.private.host}:443/v1/models?all=1"
    answer = at_load_balancer(gateways.trial, port=80).get("/v1/models?all=1")
    assert (answer.status_code, "Nothing listens on port 80" in answer.text) == (503, True)
    assert tasks.requests == []


def test_a_stream_arrives_piece_by_piece(way_in: WayIn, tasks: Upstream) -> None:
    assert way_in.pieces(tasks) == PIECES


@pytest.fixture(scope="module")
def releases(gateways: Gateways) -> Releases:
    return gateways.releasing.result(2 * TIMEOUT)


def test_an_edited_file_replaces_the_task_definitions_and_nothing_else(releases: Releases) -> None:
    replaced = {name for name, physical in releases.after.items() if releases.before[name] != physical}
    assert releases.after.keys() == releases.before.keys()
    assert {releases.changes[logical] for _, logical in replaced} == {"AWS::ECS::TaskDefinition"}


def test_an_edited_file_is_released_and_touches_no_way_in(releases: Releases) -> None:
    types = set(releases.changes.values())
    needed = {"AWS::ECS::TaskDefinition", "AWS::ECS::Service", "Custom::GatewayRelease", "AWS::IAM::Policy"}
    # The scaling hangs on the service, which could have been replaced.
    scaling = {"AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"}
    assert needed <= types <= needed | scaling
    others = {status for name, status in releases.statuses[1].items() if name != "Gateway"}
    assert others == {"CREATE_COMPLETE"}


def test_a_release_that_fails_keeps_the_old_version_and_says_why(releases: Releases) -> None:
    before, between, _ = releases.served
    assert between == before
    assert releases.statuses[0]["Gateway"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Release: exit code 4" in releases.reason
    assert "model_list[0]: no such provider" in releases.reason


def test_a_release_that_succeeds_brings_the_new_version(releases: Releases) -> None:
    before, _, after = releases.served
    assert releases.statuses[1]["Gateway"] == "UPDATE_COMPLETE"
    assert after != before


@pytest.fixture(scope="module")
def left(gateways: Gateways, releases: Releases) -> dict[str, dict[str, list[str]]]:
    """What is there after both are destroyed and was not before, by Region."""

    def now() -> dict[str, dict[str, list[str]]]:
        return {
            region: added(before, leftovers(gateways.trial.engine, account=ACCOUNT, region=region))
            for region, before in gateways.before.items()
        }

    held = now()
    # The listing is only worth its silence later if it sees everything now.
    for region in ("eu-central-1", "ca-central-1"):
        assert {"balancers", "databases", "caches", "clusters", "alarms", "secrets", "repositories"} <= set(
            held[region]
        )
    assert {"zones", "firewalls", "certificates"} <= set(held["ca-central-1"])
    assert {"distributions", "origins", "edge firewalls"} <= set(held["us-east-1"])
    with ThreadPoolExecutor(2) as pool:
        both = (gateways.trial, gateways.private)
        list(pool.map(lambda each: destroy(each.engine, each.environment, timeout=TIMEOUT), both))
    return now()


def test_only_the_salt_keys_outlive_a_gateway(left: dict[str, dict[str, list[str]]]) -> None:
    here, there = left["eu-central-1"], left["ca-central-1"]
    assert left["us-east-1"] == {}
    assert [re.sub(r"[A-F0-9]{8}-.*", "", name) for name in [*here.pop("secrets"), *there.pop("secrets")]] == [
        "GatewayTrial-GatewayData-KeysSaltKey",
        "Private-GatewayData-KeysSaltKey",
    ]
    assert (here, there) == ({}, {})


def test_the_edge_is_gone_before_what_it_refers_to(gateways: Gateways, left: object) -> None:
    history = gateways.trial.history()
    assert history["Edge"]["DELETE_COMPLETE"] < history["Gateway"]["DELETE_IN_PROGRESS"]
