"""Names of layouts: the shipped ones mean the same here, and one name never means two things."""

import re

import pytest

from groundwork.mig.geometry import GPUS, H100, MIG_INSTANCE_TYPES
from groundwork.mig.layouts import NodeLayout, named_layouts, uniform
from groundwork.mig.placement import all_layouts, reasons_against

# HyperPod's ConfigMap (aws/sagemaker-hyperpod-cli, gpu-operator/config/default-mig-config.yaml) and NVIDIA's
# `all-balanced`; per family the memory of one, two and four slices.
FAMILIES = {"A100 40 GB": (5, 10, 20), "H100 80 GB": (10, 20, 40), "H200 141 GB": (18, 35, 71)}
SHIPPED = [
    {"3g.{c}gb": 1, "4g.{c}gb": 1},
    {"1g.{a}gb": 1, "2g.{b}gb": 1, "4g.{c}gb": 1},
    {"1g.{a}gb": 3, "4g.{c}gb": 1},
    {"1g.{a}gb": 1, "2g.{b}gb": 1, "3g.{c}gb": 1},
    {"1g.{a}gb": 3, "3g.{c}gb": 1},
    {"2g.{b}gb": 2, "3g.{c}gb": 1},
    {"1g.{a}gb": 2, "2g.{b}gb": 1, "3g.{c}gb": 1},
    {"1g.{a}gb": 4, "3g.{c}gb": 1},
    {"1g.{a}gb": 1, "2g.{b}gb": 3},
    {"1g.{a}gb": 3, "2g.{b}gb": 2},
    {"1g.{a}gb": 5, "2g.{b}gb": 1},
]
LABEL_VALUE = re.compile(r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")


def shipped(gpu) -> list[dict[str, int]]:
    a, b, c = FAMILIES[gpu.name]
    return [{profile.format(a=a, b=b, c=c): count for profile, count in layout.items()} for layout in SHIPPED]


@pytest.mark.parametrize("gpu", [gpu for gpu in GPUS if gpu.name in FAMILIES], ids=lambda gpu: gpu.name)
def test_what_hyperpod_ships_fits_and_has_the_name_that_it_ships_it_under(gpu) -> None:
    for layout in shipped(gpu):
        assert reasons_against(gpu, layout) == []
        name = "mixed-" + "-".join(f"{count}-{profile}" for profile, count in layout.items())
        assert NodeLayout.of([layout] * 8).config_name == name


def test_all_of_one_profile_has_nvidias_name() -> None:
    assert NodeLayout.of([{"1g.10gb": 7}] * 8).config_name == "all-1g.10gb"
    assert NodeLayout.of([{"3g.71gb": 2}] * 8).config_name == "all-3g.71gb"
    assert NodeLayout.of([{}] * 8).config_name == "all-disabled"


def test_the_same_profile_on_two_gpus_never_shares_a_name_with_another_count() -> None:
    names = {
        instance: uniform(each, named_layouts(each.gpu)["all-1g.10gb"]).config_name
        for instance, each in MIG_INSTANCE_TYPES.items()
        if each.gpu.profile("1g.10gb")
    }
    assert names["ml.p5.48xlarge"] == names["ml.p4de.24xlarge"] == "all-1g.10gb"
    assert names["ml.p4d.24xlarge"] == "mixed-4-1g.10gb"


def test_every_layout_of_every_gpu_has_a_name_of_its_own_that_a_label_takes() -> None:
    contents: dict[str, set[tuple[tuple[str, int], ...]]] = {}
    for gpu in GPUS:
        for layout in all_layouts(gpu):
            name = NodeLayout.of([layout] * 8).config_name
            assert LABEL_VALUE.match(name), name
            contents.setdefault(name, set()).add(tuple(sorted(layout.items())))
    assert all(len(each) == 1 for each in contents.values())


def test_nodes_cut_differently_have_different_names() -> None:
    first = NodeLayout.of([{"1g.10gb": 7}] * 2 + [{}] * 6)
    second = NodeLayout.of([{"1g.10gb": 7}] * 3 + [{}] * 5)
    turned = NodeLayout.of([{}] * 6 + [{"1g.10gb": 7}] * 2)
    names = [each.config_name for each in (first, second, turned)]
    assert len(set(names)) == 3
    assert all(LABEL_VALUE.match(name) and name.startswith("gpus-") for name in names)
    assert first.config_name == NodeLayout.of([{"1g.10gb": 7}] * 2 + [{}] * 6).config_name


def test_a_node_says_what_its_gpus_are_cut_into() -> None:
    layout = NodeLayout.of([{"1g.10gb": 7}] * 2 + [{}])
    assert str(layout) == "2 GPUs with 7 x 1g.10gb; 1 GPU with a whole GPU"


def test_balanced_is_what_nvidia_calls_so() -> None:
    assert named_layouts(H100)["all-balanced"] == {"1g.10gb": 2, "2g.20gb": 1, "3g.40gb": 1}
