"""`python -m operations cost`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from operations.__main__ import app
from operations.cost import cli
from tests.operations.cost.price_list import asked_for, page, product
from tests.operations.doctor.aws import DENIED, Answer, FakeAws
from tests.review.assembly_on_disk import StackOnDisk, resource, write
from tests.review.cost import month_of

PRICES = Path(month_of.__file__).with_name("prices.json")
KEY, NAT = resource("AWS::KMS::Key"), resource("AWS::EC2::NatGateway")


@pytest.fixture
def cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    write(tmp_path / "out", {"Network": StackOnDisk(resources={"Nat": NAT, "Key": KEY})}, report=None)
    write(tmp_path / "base", {"Network": StackOnDisk(resources={"Key": KEY})}, report=None)
    (tmp_path / "prices.json").write_bytes(PRICES.read_bytes())
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: str, answer: Any = DENIED, assembly: str = "out") -> Any:
        monkeypatch.setattr(cli, "clients_of", lambda profile: FakeAws({"pricing:GetProducts": answer}).client)
        files = ("--prices", str(tmp_path / "prices.json"), "--assembly", str(tmp_path / assembly))
        return CliRunner().invoke(app, ["cost", *arguments, *files])

    return run


def test_a_month_is_told_for_people(cost: Any, tmp_path: Path) -> None:
    result = cost("bad", "--base", str(tmp_path / "base"))
    assert result.exit_code == 0, result.output
    assert "Against the base: +37.35 USD a month (1.30 to 38.65)" in result.output
    assert "+37.35  Bad/Network/Nat" in result.output
    assert "Not counted: " in result.output


def test_json_has_each_charge_with_its_price_and_nothing_else_is_on_standard_output(cost: Any, tmp_path: Path) -> None:
    found = json.loads(cost("bad", "--json", "--base", str(tmp_path / "base"), "--usage", "nat-gb=200").stdout)
    assert found["total"]["usd"] == pytest.approx(32.85 + 9 + 1.3)
    assert found["sections"]["network"]["fixed"] == pytest.approx(33.85)
    assert found["change"]["usd"] == pytest.approx(32.85 + 9)
    (line,) = [line for line in found["lines"] if line["what"] == "NAT gateway"]
    assert (line["quantity"], line["price"]["usd"], line["price"]["read"]) == (730, 0.045, "2025-10-28")
    assert {a["name"]: a["quantity"] for a in found["assumptions"]}["nat-gb"] == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("prod",), "--environment prod:"),
        (("--usage", "nat-gb"), "allowed is NAME=NUMBER"),
        (("--usage", "weather=1"), "no such assumption"),
        (("--utilization", "2"), "allowed is a share from 0 to 1"),
        (("--base", "nowhere"), "nowhere holds no manifest.json"),
    ],
)
def test_bad_input_ends_with_2_in_one_message(cost: Any, arguments: tuple[str, ...], words: str) -> None:
    result = cost(*arguments)
    assert (result.exit_code, words in result.stderr) == (2, True)
    assert "Traceback" not in result.output


def renewed(params: dict[str, Any]) -> Answer:
    return page(product("EUC1-" + asked_for(params)["usagetype"], "0.1"))


def test_prices_are_read_without_an_assembly(cost: Any, tmp_path: Path) -> None:
    result = cost("--refresh-prices", answer=renewed, assembly="nowhere")
    assert result.exit_code == 0, result.output
    assert '"basis": "AWS Price List"' in (tmp_path / "prices.json").read_text()


def test_the_estimate_that_follows_takes_the_new_prices_of_its_own_region(cost: Any) -> None:
    result = cost("bad", "--refresh-prices", "--json", answer=renewed)
    found = json.loads(result.stdout)
    assert found["total"]["fixed"] == pytest.approx(73 + 0.1)
    assert not any("stand in" in note for note in found["notes"])


def test_a_price_that_is_not_in_the_list_ends_with_3(cost: Any, tmp_path: Path) -> None:
    before = (tmp_path / "prices.json").read_bytes()
    result = cost("--refresh-prices", answer=page())
    assert result.exit_code == 3
    assert "the price list has none; the old price stays" in result.stderr
    assert (tmp_path / "prices.json").read_bytes() == before


def test_denied_access_ends_with_2_and_names_the_action(cost: Any, tmp_path: Path) -> None:
    before = (tmp_path / "prices.json").read_bytes()
    result = cost("--refresh-prices")
    assert (result.exit_code, "pricing:GetProducts" in result.stderr) == (2, True)
    assert (tmp_path / "prices.json").read_bytes() == before


def test_the_document_tells_of_every_option() -> None:
    text = (Path(__file__).parents[3] / "docs" / "cost.md").read_text()
    commands: Any = get_command(app)
    known = {name for param in commands.commands["cost"].params for name in param.opts if name.startswith("--")}
    assert set(re.findall(r"^\| `(--[a-z-]+)", text, re.MULTILINE)) == known
