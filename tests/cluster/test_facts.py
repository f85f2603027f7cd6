"""The tables of the cluster agree with the data that they come from."""

import json
from datetime import date
from pathlib import Path

import botocore.session
import cfnlint
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from groundwork import regions
from groundwork.cluster.accelerator_regions import ACCELERATOR_REGIONS, regions_of
from groundwork.cluster.instance_types import INSTANCE_TYPES
from groundwork.cluster.kubernetes_versions import supported_versions, version_warning
from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.regions import SECTION_REGIONS

OFFERED = json.loads(
    (Path(cfnlint.__file__).parent / "data/schemas/extensions/aws_sagemaker_cluster/instancetype_enum.json").read_text()
)


def test_every_instance_type_is_one_of_the_api() -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    assert INSTANCE_TYPES.keys() <= set(model.shape_for("ClusterInstanceType").enum)
    assert len(INSTANCE_TYPES) > 100


def test_instance_types_agree_with_the_mig_table() -> None:
    assert {name: INSTANCE_TYPES[name].gpus for name in MIG_INSTANCE_TYPES} == {
        name: kind.gpus for name, kind in MIG_INSTANCE_TYPES.items()
    }


@pytest.mark.parametrize(
    ("name", "efa", "pods"),
    [("ml.p5.48xlarge", 32, 49), ("ml.p5en.48xlarge", 16, 49), ("ml.p4d.24xlarge", 4, 49), ("ml.g5.xlarge", 0, 14)],
)
def test_devices_and_pods_are_those_of_the_documents(name: str, efa: int, pods: int) -> None:
    assert (INSTANCE_TYPES[name].efa_devices, INSTANCE_TYPES[name].pods) == (efa, pods)


def test_hyperpod_is_where_its_resource_type_is() -> None:
    found = {r for r in regions.REGIONS if "AWS::SageMaker::Cluster" in PROVIDER_SCHEMA_MANAGER.get_resource_types(r)}
    assert found == SECTION_REGIONS["cluster"]


def test_accelerators_are_offered_where_the_price_list_has_them() -> None:
    accelerated = [kind.name for kind in INSTANCE_TYPES.values() if kind.gpus or kind.neuron_devices]
    for name in accelerated:
        listed = {r for r in SECTION_REGIONS["cluster"] if name in OFFERED.get(r, {}).get("enum", [])}
        assert (regions_of(name) or set()) == listed, name
    assert ACCELERATOR_REGIONS.keys() <= SECTION_REGIONS["cluster"]


def test_a_version_is_supported_up_to_its_last_day() -> None:
    assert supported_versions(date(2026, 12, 2)) == ("1.34", "1.35")
    assert supported_versions(date(2026, 12, 3)) == ("1.35",)


def test_a_version_is_warned_about_for_ninety_days() -> None:
    assert version_warning("1.35", as_of=date(2026, 12, 26)) is None
    assert "2027-03-27, in 90 days" in str(version_warning("1.35", as_of=date(2026, 12, 27)))
