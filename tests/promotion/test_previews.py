"""What becomes a preview, and which stacks the reaper takes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from promotion.account import Account
from promotion.environments import PlatformEnvironment, stage_of
from promotion.errors import PromotionError
from promotion.previews.preview import expiry, preview_name, write_preview
from promotion.previews.reaper import overdue, reap
from promotion.yaml_file import read_yaml

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DEV = """\
name: dev
account: "111122223333"
region: us-east-1
owner: platform@example.com
cost_center: genai-platform
keep_data: false
tags: {team: platform}
network: {vpc: {cidr: 10.0.0.0/16}}
cluster: {instance_groups: []}
"""


def _write(tmp_path: Path, text: str = DEV, **changes: Any) -> Path:
    file = tmp_path / "dev.yaml"
    file.write_text(text)
    given = {"pull_request": 7, "hours": 24, "now": NOW, "out": tmp_path / "preview", **changes}
    return write_preview(file, read_yaml(file, PlatformEnvironment), **given)


def test_a_preview_is_the_environment_without_what_is_dear_and_with_an_end(tmp_path: Path) -> None:
    written = YAML(typ="safe").load(_write(tmp_path))
    assert written["name"] == "pr-7"
    assert written["tags"] == {"team": "platform", "ephemeral": "true", "expires-at": "2026-11-24T12-00-00Z"}
    assert "network" in written
    assert "cluster" not in written
    assert stage_of(written["name"]) == "Pr7"


@pytest.mark.parametrize(
    ("text", "changes", "told"),
    [
        (DEV + "production: true\n", {}, "no preview is made of production"),
        (DEV.replace("keep_data: false\n", ""), {}, "keep_data: true; a preview of it could not be taken away"),
        (DEV.replace("name: dev", "name: pr-8"), {}, "pr-8 is a preview itself"),
        (DEV, {"hours": 0}, "hours: 0; allowed: 1 to 168"),
        (DEV, {"hours": 169}, "hours: 169; allowed: 1 to 168"),
        (DEV, {"pull_request": 0}, "Pull request 0"),
        (DEV, {"pull_request": -1}, "Pull request -1"),
    ],
)
def test_what_would_be_dangerous_is_refused(tmp_path: Path, text: str, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(PromotionError, match=told):
        _write(tmp_path, text, **changes)
    assert not (tmp_path / "preview").exists()


def test_the_end_is_read_as_it_was_written(tmp_path: Path) -> None:
    tags = YAML(typ="safe").load(_write(tmp_path))["tags"] | {"environment": preview_name(7)}
    assert expiry(tags) == NOW + timedelta(hours=24)


class CloudFormation:
    """Answers as the API does, and remembers what it was asked to delete."""

    def __init__(self, *stacks: dict[str, Any], stays: str = "") -> None:
        self.stacks, self.deleted, self._stays = list(stacks), [], stays

    def get_paginator(self, _: str) -> "CloudFormation":
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"Stacks": self.stacks[:1]}, {"Stacks": self.stacks[1:]}]

    def delete_stack(self, *, StackName: str) -> None:  # noqa: N803
        self.deleted.append(StackName)

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        return {"Stacks": [{"StackStatus": "DELETE_FAILED" if StackName == self._stays else "DELETE_COMPLETE"}]}


class One(Account):
    """An account with one Region, whose API is the given one."""

    def __new__(cls, api: CloudFormation) -> "One":
        account = object.__new__(cls)
        object.__setattr__(account, "id", "111122223333")
        object.__setattr__(account, "reader", lambda service, region: api)
        object.__setattr__(account, "deployer", lambda service, region: api)
        return account

    def __init__(self, api: CloudFormation) -> None:
        pass


def _stack(name: str, age: int = 2, **changes: Any) -> dict[str, Any]:
    tags = {"environment": "pr-7", "ephemeral": "true", "expires-at": "2026-11-23T11-00-00Z", **changes.pop("tags", {})}
    return {
        "StackName": name,
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": NOW - timedelta(hours=age),
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items() if value],
        **changes,
    }


def _overdue(*stacks: dict[str, Any]) -> list[str]:
    account = One(CloudFormation(*stacks))
    return [p.stack for p in overdue(account, regions=("us-east-1",), now=NOW, kept=frozenset({"dev", "prod"}))]


def test_the_last_made_goes_first(tmp_path: Path) -> None:
    assert _overdue(_stack("Pr7-Foundation", age=9), _stack("Pr7-Network", age=5)) == ["Pr7-Network", "Pr7-Foundation"]


@pytest.mark.parametrize(
    "stack",
    [
        _stack("Pr7-Network", tags={"expires-at": "2026-11-23T13-00-00Z"}),
        _stack("Pr7-Network", tags={"expires-at": "yesterday"}),
        _stack("Pr7-Network", tags={"expires-at": ""}),
        _stack("Pr7-Network", tags={"ephemeral": ""}),
        _stack("Prod-Network", tags={"environment": "prod"}),
        _stack("Prod-Network"),
        _stack("Pr7-Network", EnableTerminationProtection=True),
        _stack("Pr7-Network", ParentId="arn:aws:cloudformation:us-east-1:111122223333:stack/a/b"),
        _stack("Unrelated", tags={"environment": "", "ephemeral": "", "expires-at": ""}),
    ],
)
def test_nothing_else_is_taken(stack: dict[str, Any]) -> None:
    assert _overdue(stack) == []


def test_what_would_not_go_is_told() -> None:
    api = CloudFormation(_stack("Pr7-Foundation", age=9), _stack("Pr7-Network"), stays="Pr7-Network")
    account = One(api)
    found = overdue(account, regions=("us-east-1",), now=NOW, kept=frozenset())
    said: list[str] = []
    assert reap(account, found, timeout=5, tell=said.append) == ["Pr7-Network (DELETE_FAILED)"]
    assert api.deleted == ["Pr7-Network", "Pr7-Foundation"]
    assert said[0] == "Deleting Pr7-Network in us-east-1, which ended 2026-11-23 11:00 UTC"
