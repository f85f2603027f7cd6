"""What is left is found, what is somebody else's is not, and a denial is never taken for nothing."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from groundwork.environment import Environment
from operations.doctor.environment import Facts, read_environment
from operations.doctor.reader import Read
from operations.leftovers.all import LOOKS
from operations.leftovers.leftover import Found, Leftover
from operations.leftovers.look import Look, take_all
from operations.leftovers.scope import Scope
from operations.leftovers.stacks import READ as STACKS
from review.cost.price_list import read_prices
from tests.operations.doctor.aws import DENIED, FakeAws, Refused
from tests.operations.leftovers.account import (
    BALANCER,
    BUCKET,
    ENVIRONMENT,
    FLOW_LOG,
    GONE,
    KEY,
    LATE_LOG,
    OF_STACK,
    SOMEBODY_ELSES,
    VPC,
    everything,
    nothing,
    stack,
    tagged,
    tags,
)
from tests.review.cost import month_of

PRICES = read_prices(Path(month_of.__file__).with_name("prices.json"))
EACH = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
EACH_READ = pytest.mark.parametrize(
    ("look", "read"),
    [(look, read) for look in LOOKS for read in look.reads],
    ids=lambda part: part.name if isinstance(part, Look) else part.operation,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("environments")


@pytest.fixture
def take(files: Path) -> Any:
    def run(aws: FakeAws, *looks: Look, text: str = ENVIRONMENT) -> Found:
        file = files / "environment.yaml"
        file.write_text(text)
        facts = Facts(
            environment=read_environment(folder=files, name=str(file)), now=datetime(2026, 11, 23, tzinfo=UTC)
        )
        return take_all(looks or LOOKS, facts, clients=aws.client, prices=PRICES)

    return run


def by_id(found: Found) -> dict[str, Leftover]:
    return {leftover.id: leftover for leftover in found.leftovers if leftover.region == "eu-west-1"}


def test_where_nothing_is_left_nothing_is_found(take: Any) -> None:
    assert take(FakeAws(nothing())) == Found(leftovers=(), unseen=(), stands=())


def test_one_of_each_kind_is_found_and_told_apart(take: Any) -> None:
    found = by_id(take(FakeAws(everything())))
    assert {id_: (each.kind, each.state) for id_, each in found.items()} == {
        "eni-1": ("network interface", "forgotten"),
        "eni-2": ("network interface", "forgotten"),
        "eipalloc-1": ("public address", "forgotten"),
        BALANCER: ("load balancer", "forgotten"),
        "vol-1": ("volume", "forgotten"),
        "snap-1": ("snapshot of a volume", "forgotten"),
        "fs-0a1b2c3d": ("file system", "kept"),
        "backup-0a1b2c3d": ("backup of a file system", "kept"),
        "last": ("snapshot of a database", "kept"),
        FLOW_LOG: ("log group", "kept"),
        LATE_LOG: ("log group", "forgotten"),
        KEY: ("key", "kept"),
        BUCKET: ("bucket", "kept"),
        VPC: ("ec2 vpc", "forgotten"),
    }


def test_where_data_are_not_kept_all_of_it_is_forgotten(take: Any) -> None:
    found = take(FakeAws(everything()), text=ENVIRONMENT.replace("keep_data: true", "keep_data: false"))
    assert {each.state for each in found.leftovers} == {"forgotten"}


def test_a_way_into_a_vpc_is_looked_for_once_at_the_edge(take: Any) -> None:
    look = next(look for look in LOOKS if look.is_global)
    (found,) = take(FakeAws(everything()), look, text=ENVIRONMENT.partition("gateway:")[0]).leftovers
    assert (found.kind, found.region, found.usd_per_month) == ("VPC origin", "us-east-1", 0)


@pytest.mark.parametrize(
    ("id_", "usd"),
    [
        ("eni-1", 0),
        ("eipalloc-1", 3.65),
        (BALANCER, 16.43),
        ("vol-1", 8),
        ("snap-1", 5),
        ("fs-0a1b2c3d", 174),
        ("last", None),
        (FLOW_LOG, 0.06),
        (KEY, 1),
        (BUCKET, None),
    ],
)
def test_what_it_costs_is_told_where_it_is_known(take: Any, id_: str, usd: float | None) -> None:
    assert by_id(take(FakeAws(everything())))[id_].usd_per_month == usd


def test_the_command_that_deletes_names_the_thing_and_the_region(take: Any) -> None:
    found = by_id(take(FakeAws(everything())))
    for id_, each in found.items():
        assert each.command.startswith("aws "), id_
        assert each.command.endswith(" --region eu-west-1")
        assert id_.rpartition("/")[2].rpartition(":")[2] in each.command
    assert found[BUCKET].command == "aws s3 rb s3://usprod-artifacts --force --region eu-west-1"


def test_what_carries_the_name_and_is_somebody_elses_is_left_alone(take: Any) -> None:
    answer = {"Addresses": [{"AllocationId": "eipalloc-9", "Tags": tags(SOMEBODY_ELSES)}]}
    arns = tagged({KEY: {**OF_STACK, "aws:cloudformation:stack-name": "Other-Foundation"}})
    aws = FakeAws(nothing() | {"ec2:DescribeAddresses": answer, "resourcegroupstaggingapi:GetResources": arns})
    assert take(aws).leftovers == ()


def test_what_belongs_to_a_stack_that_stands_is_no_leftover(take: Any) -> None:
    answers = {"cloudformation:ListStacks": {"StackSummaries": [stack("UsProd-Foundation", "DELETE_FAILED", GONE)]}}
    found = take(FakeAws(everything() | answers))
    assert found.leftovers == ()
    assert [(each.name, each.region, each.status) for each in found.stands] == [
        ("UsProd-Foundation", "eu-west-1", "DELETE_FAILED"),
        ("UsProd-Foundation", "us-east-1", "DELETE_FAILED"),
    ]


def test_what_an_earlier_stack_of_the_same_name_left_is_a_leftover(take: Any) -> None:
    answers = {"cloudformation:ListStacks": {"StackSummaries": [stack("UsProd-Foundation", "CREATE_COMPLETE")]}}
    found = by_id(take(FakeAws(everything() | answers)))
    assert set(found) == {"eipalloc-1", "fs-0a1b2c3d", FLOW_LOG, KEY, BUCKET}


@EACH_READ
def test_a_denied_call_is_told_with_its_action(take: Any, look: Look, read: Read) -> None:
    found = take(FakeAws(everything() | {f"{read.service}:{read.operation}": DENIED}), look)
    assert {each.look for each in found.unseen} == {look.name}
    assert all(read.action in each.reason and read.action in each.remedy for each in found.unseen)


def test_a_denied_look_hides_nothing_of_the_others(take: Any) -> None:
    found = take(FakeAws(everything() | {"ec2:DescribeVolumes": DENIED}))
    assert {each.look for each in found.unseen} == {"volumes"}
    assert set(by_id(found)) >= {"eni-1", "fs-0a1b2c3d", KEY}


def test_without_the_stacks_nothing_is_called_a_leftover(take: Any) -> None:
    found = take(FakeAws(everything() | {STACKS.service + ":ListStacks": DENIED}))
    assert (found.leftovers, {each.look for each in found.unseen}) == ((), {"stacks"})


def test_any_other_answer_is_told_as_it_is(take: Any) -> None:
    found = take(FakeAws(nothing() | {"fsx:DescribeBackups": Refused("BadRequest", "not here")}))
    assert {each.reason for each in found.unseen} == {"AWS answered BadRequest: not here"}


@EACH
def test_it_makes_exactly_the_calls_that_it_declares_and_only_reads(take: Any, look: Look) -> None:
    aws = FakeAws(everything())
    take(aws, look)
    called = set(aws.operations) - {"cloudformation:ListStacks"}
    assert called == {f"{read.service}:{read.operation}" for read in look.reads}
    assert all(re.match(r"(Describe|List|Get|Head)[A-Z]", read.operation) for read in look.reads)


@pytest.mark.parametrize("name", ["dev", "us-prod", "team-2-eu"])
def test_the_names_of_stacks_begin_as_the_stage_is_called(files: Path, name: str) -> None:
    file = files / "named.yaml"
    file.write_text(ENVIRONMENT.replace("us-prod", name))
    facts = Facts(environment=read_environment(folder=files, name=str(file)), now=datetime(2026, 11, 23, tzinfo=UTC))
    assert (
        Scope(facts=facts, region=facts.region, prices=PRICES).stage == Environment.model_construct(name=name).stage_id
    )


def test_every_page_is_read(take: Any) -> None:
    def pages(params: dict[str, Any]) -> Any:
        one = {"VolumeId": f"vol-{params.get('NextToken', '1')}", "Size": 1, "Tags": tags(OF_STACK)}
        return {"Volumes": [one]} | ({} if "NextToken" in params else {"NextToken": "2"})

    (volumes,) = [look for look in LOOKS if look.name == "volumes"]
    found = take(FakeAws(nothing() | {"ec2:DescribeVolumes": pages}), volumes)
    assert set(by_id(found)) == {"vol-1", "vol-2"}
