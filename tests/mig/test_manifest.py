"""The ConfigMap for mig-parted, the node label, and the GPU operator's values."""

import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.gpu_operator import IMAGE_ACCOUNTS, gpu_operator_values, mirror_of
from groundwork.mig.layouts import NodeLayout, named_layouts, uniform
from groundwork.mig.manifest import config_map, node_labels
from groundwork.regions import REGIONS

CUT = NodeLayout.of([{"1g.10gb": 7}] * 8)
MIXED = NodeLayout.of([{"1g.10gb": 7}, {}, {"3g.40gb": 2}, {"1g.10gb": 7}])


def configs(*layouts: NodeLayout) -> dict[str, Any]:
    data = config_map(layouts, namespace="kube-system")["data"]
    assert set(data) == {"config.yaml"}
    document = YAML(typ="safe").load(data["config.yaml"])
    # mig-parted refuses a file of any other form (api/spec/v1/spec.go).
    assert set(document) == {"version", "mig-configs"}
    assert document["version"] == "v1"
    return document["mig-configs"]


def test_it_is_the_config_map_that_hyperpod_and_the_operator_look_for() -> None:
    metadata = config_map([CUT], namespace="kube-system")["metadata"]
    assert metadata == {
        "name": "default-mig-config",
        "namespace": "kube-system",
        "labels": {"sagemaker.amazonaws.com/accelerator-partition-configmap": "true"},
    }


def test_a_uniform_layout_is_one_entry_for_all_devices() -> None:
    assert configs(CUT)["all-1g.10gb"] == [{"devices": "all", "mig-enabled": True, "mig-devices": {"1g.10gb": 7}}]


def test_a_mixed_node_names_each_device_once_and_turns_mig_off_on_whole_ones() -> None:
    assert configs(MIXED)[MIXED.config_name] == [
        {"devices": [0, 3], "mig-enabled": True, "mig-devices": {"1g.10gb": 7}},
        {"devices": [1], "mig-enabled": False},
        {"devices": [2], "mig-enabled": True, "mig-devices": {"3g.40gb": 2}},
    ]


def test_nodes_without_the_label_find_the_default() -> None:
    assert configs()["all-disabled"] == [{"devices": "all", "mig-enabled": False}]


@pytest.mark.parametrize("instance", MIG_INSTANCE_TYPES.values(), ids=lambda each: each.name)
def test_every_named_layout_becomes_a_configuration_that_mig_parted_reads(instance) -> None:
    layouts = [uniform(instance, layout) for layout in named_layouts(instance.gpu).values()]
    found = configs(*layouts)
    assert {each.config_name for each in layouts} | {"all-disabled"} == set(found)
    for entries in found.values():
        for entry in entries:
            # The keys of MigConfigSpec; devices only where MIG is on.
            assert {"devices", "mig-enabled"} <= set(entry) <= {"devices", "mig-enabled", "mig-devices"}
            assert ("mig-devices" in entry) == entry["mig-enabled"]
            assert all(re.fullmatch(r"[1-7]g\.\d+gb", p) and n > 0 for p, n in entry.get("mig-devices", {}).items())


def test_groups_with_one_layout_share_its_configuration_and_the_order_changes_nothing() -> None:
    assert set(configs(CUT, MIXED, CUT)) == {"all-disabled", "all-1g.10gb", MIXED.config_name}
    assert config_map([CUT, MIXED], namespace="a") == config_map([MIXED, CUT], namespace="a")


def test_the_label_names_a_configuration_of_the_file() -> None:
    for layout in (CUT, MIXED):
        assert node_labels(layout) == {"nvidia.com/mig.config": layout.config_name}
        assert layout.config_name in configs(layout)


def test_it_is_a_valid_config_map() -> None:
    validate = pytest.importorskip("kubernetes_validate")
    validate.validate(config_map([CUT, MIXED], namespace="kube-system"), "1.34", strict=True)


def test_partitions_come_from_the_operators_device_plugin() -> None:
    values = gpu_operator_values(registry=mirror_of("eu-central-1"))
    assert values["devicePlugin"]["enabled"] is True
    assert values["mig"] == {"strategy": "mixed"}


def test_the_operator_takes_our_config_map_and_makes_none() -> None:
    config = gpu_operator_values(registry="r")["migManager"]["config"]
    assert config == {
        "create": False,
        "name": config_map([], namespace="n")["metadata"]["name"],
        "default": "all-disabled",
    }
    assert config["default"] in configs()


def test_the_operator_leaves_the_driver_of_the_node_alone_and_may_restart_the_node() -> None:
    values = gpu_operator_values(registry="r")
    assert not any(values[part]["enabled"] for part in ("driver", "dcgm", "dcgmExporter"))
    assert {"name": "WITH_REBOOT", "value": "true"} in values["migManager"]["env"]


def test_everything_of_the_operator_runs_on_nodes_that_take_no_work_yet() -> None:
    values = gpu_operator_values(registry="r")
    discovery = [values["node-feature-discovery"][part] for part in ("master", "worker", "gc")]
    parts = [values["operator"], values["daemonsets"], *discovery]
    assert [part["tolerations"] for part in parts] == [[{"operator": "Exists"}]] * 5


@pytest.mark.parametrize("own", [False, True])
def test_nothing_of_the_operator_waits_for_a_node_when_the_chart_goes_after_all_nodes(own: bool) -> None:
    assert gpu_operator_values(registry="r", own=own)["node-feature-discovery"]["postDeleteCleanup"] is False


def test_every_image_comes_from_the_given_registry() -> None:
    values = gpu_operator_values(registry="registry.example.com")
    images = {name: part for name, part in values.items() if "image" in part}
    assert set(images) == {"operator", "toolkit", "devicePlugin", "gfd", "migManager", "validator"}
    assert all(part["repository"].split("/")[0] == "registry.example.com" for part in images.values())
    assert all(re.fullmatch(r"v\d+\.\d+\.\d+", part["version"]) for part in images.values())


def test_aws_has_registries_in_regions_that_exist() -> None:
    assert len(IMAGE_ACCOUNTS) == 19
    assert set(IMAGE_ACCOUNTS) <= REGIONS
    assert all(re.fullmatch(r"\d{12}", account) for account in IMAGE_ACCOUNTS.values())
    assert mirror_of("us-west-2") == "586794468202.dkr.ecr.us-west-2.amazonaws.com"


def test_a_region_without_a_registry_is_an_error_that_names_those_with_one() -> None:
    with pytest.raises(ValueError, match=r"eu-west-3 has no registry.*eu-west-1"):
        mirror_of("eu-west-3")
