"""The table of Regions agrees with the resource types that CloudFormation's registry lists for each Region."""

import json
from pathlib import Path

import botocore
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from groundwork import regions
from groundwork.environment_file import EnvironmentFileError, read_environment
from groundwork.network.endpoint_services import ENDPOINT_SERVICES


@pytest.fixture(scope="module")
def types_by_region() -> dict[str, set[str]]:
    return {region: set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region)) for region in regions.REGIONS}


@pytest.mark.parametrize("section", regions.SECTION_REGIONS)
def test_a_section_is_supported_exactly_where_its_types_are(section: str, types_by_region: dict[str, set[str]]) -> None:
    needed = set(regions.SECTION_TYPES[section])
    assert {r for r, types in types_by_region.items() if needed <= types} == regions.SECTION_REGIONS[section]


def test_every_other_type_that_is_deployed_exists_in_every_region(stacks, types_by_region: dict[str, set[str]]) -> None:
    listed = {t for types in regions.SECTION_TYPES.values() for t in types}
    deployed = {r["Type"] for s in stacks for r in s.template["Resources"].values() if r["Type"].startswith("AWS::")}
    assert len(deployed) > 20
    missing = {t: r for t in deployed - listed for r, types in types_by_region.items() if t not in types}
    assert missing == {}


def test_all_regions_of_the_partition_are_listed() -> None:
    data = json.loads((Path(botocore.__file__).parent / "data/endpoints.json").read_text())
    commercial = next(partition for partition in data["partitions"] if partition["partition"] == "aws")
    assert set(commercial["regions"]) == regions.REGIONS


def test_bedrock_endpoints_are_listed_where_the_runtime_is() -> None:
    data = json.loads((Path(botocore.__file__).parent / "data/endpoints.json").read_text())
    names = data["partitions"][0]["services"]["bedrock"]["endpoints"]
    runtime = {
        n.removeprefix("bedrock-runtime-") for n in names if n.startswith("bedrock-runtime-") and "fips" not in n
    }
    assert ENDPOINT_SERVICES["bedrock-runtime"].regions == runtime


@pytest.mark.parametrize(
    ("section", "region"),
    [("budget: {monthly_usd: 1}", "eu-north-1"), ("cost_anomaly: {monitor: create}", "mx-central-1")],
)
def test_a_section_that_the_region_lacks_is_refused_by_name(tmp_path: Path, section: str, region: str) -> None:
    file = tmp_path / "dev.yaml"
    file.write_text(
        f"name: dev\naccount: '111122223333'\nregion: {region}\nowner: a@example.com\ncost_center: x\n"
        f"foundation:\n  {section}\n"
    )
    with pytest.raises(EnvironmentFileError) as caught:
        read_environment(file, image_lock={})
    (problem,) = caught.value.problems
    assert problem.line == 7
    assert problem.problem.value == region
    assert "us-east-1" in problem.problem.allowed
    assert problem.problem.reason.startswith(f"{region} has no AWS::")


@pytest.mark.parametrize(
    ("region", "prefix"),
    [("us-east-1", "use1"), ("ap-northeast-1", "apne1"), ("ca-central-1", "cac1"), ("ap-southeast-2", "apse2")],
)
def test_zone_ids_begin_with_the_regions_short_name(region: str, prefix: str) -> None:
    assert regions.zone_id_prefix(region) == prefix
