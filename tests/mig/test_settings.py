"""What `mig` of an instance group accepts, and what it refuses with which words."""

from typing import Any

import pytest
from pydantic import ValidationError

from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.layouts import named_layouts
from groundwork.mig.settings import MigSettings, group_layout
from groundwork.problems import problems_of

P5, P4D, B200, ONE_GPU = "ml.p5.48xlarge", "ml.p4d.24xlarge", "ml.p6-b200.48xlarge", "ml.p5.4xlarge"


def mig(document: dict[str, Any]) -> MigSettings:
    # As YAML gives it: lists, not tuples.
    return MigSettings.model_validate(document, strict=False)


def refused(document: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        mig(document)
    return [str(problem) for problem in problems_of(raised.value, MigSettings, document).values()]


def refusals(document: dict[str, Any], instance_type: str = P5) -> list[tuple[str, str, str]]:
    found = mig(document).refusals_for(instance_type)
    return [(".".join(map(str, r.at)), r.reason, r.allowed) for r in found]


ACCEPTED = [
    ({"layout": "all-1g.10gb"}, P5, {"nvidia.com/mig-1g.10gb": 56}),
    ({"layout": "all-1g.10gb"}, P4D, {"nvidia.com/mig-1g.10gb": 32}),
    ({"layout": "all-7g.180gb"}, B200, {"nvidia.com/mig-7g.180gb": 8}),
    ({"layout": "all-1g.23gb"}, "ml.p6e-gb200.36xlarge", {"nvidia.com/mig-1g.23gb": 28}),
    ({"layout": "all-disabled", "allow_change": True}, P5, {"nvidia.com/gpu": 8}),
    (
        {"layout": "all-balanced"},
        ONE_GPU,
        {"nvidia.com/mig-1g.10gb": 2, "nvidia.com/mig-2g.20gb": 1, "nvidia.com/mig-3g.40gb": 1},
    ),
    (
        {"per_gpu": {"3g.40gb": 1, "4g.40gb": 1}, "allow_change": True},
        P5,
        {"nvidia.com/mig-3g.40gb": 8, "nvidia.com/mig-4g.40gb": 8},
    ),
    (
        {"gpus": [{"count": 2, "profiles": {"1g.10gb": 7}}, {"count": 1, "profiles": {}}]},
        P5,
        {"nvidia.com/gpu": 6, "nvidia.com/mig-1g.10gb": 14},
    ),
    ({"demand": {"1g.10gb": 20, "3g.40gb": 2}}, P5, {"nvidia.com/gpu": 4, "nvidia.com/mig-1g.10gb": 20}),
]


@pytest.mark.parametrize(("document", "instance_type", "resources"), ACCEPTED)
def test_accepted_and_what_each_node_then_offers(document, instance_type, resources) -> None:
    assert refusals(document, instance_type) == []
    layout = mig(document).node_layout(instance_type)
    assert len(layout.gpus) == MIG_INSTANCE_TYPES[instance_type].gpus
    assert resources.items() <= layout.resources.items()


@pytest.mark.parametrize("instance_type", MIG_INSTANCE_TYPES)
def test_every_named_layout_of_a_type_is_accepted_for_it(instance_type: str) -> None:
    for name, layout in named_layouts(MIG_INSTANCE_TYPES[instance_type].gpu).items():
        assert refusals({"layout": name}, instance_type) == []
        assert mig({"layout": name}).node_layout(instance_type).layouts[0] == layout


REFUSED = [
    ({}, "", "neither of them is given", "exactly one of layout, per_gpu, gpus and demand"),
    ({"layout": "all-1g.10gb", "per_gpu": {"1g.10gb": 1}}, "", "layout and per_gpu are given", "exactly one of"),
    ({"gpus": [{"count": 1, "profiles": {"1g.10gb": 1}}], "demand": {"1g.10gb": 1}}, "", "gpus and demand", "one of"),
    ({"layout": "1g.10gb"}, "layout", "'1g.10gb'", "all-balanced"),
    ({"per_gpu": {}}, "per_gpu", "too few", "at least 1"),
    ({"per_gpu": {"1g.10gb": 0}}, "per_gpu.1g.10gb", "0: not accepted", "1 to 7 partitions of a GPU"),
    ({"demand": {"1g.10gb": 57}}, "demand.1g.10gb", "57: not accepted", "1 to 56 partitions of a node"),
    ({"per_gpu": {"1g": 1}}, "per_gpu", "1g", "a profile of the GPU such as 1g.10gb"),
    ({"gpus": []}, "gpus", "too few", "at least 1"),
    ({"gpus": [{"count": 9, "profiles": {}}]}, "gpus[0].count", "9", "less than or equal to 8"),
    ({"layouts": "all-1g.10gb"}, "layouts", "did you mean layout?", "per_gpu"),
]


@pytest.mark.parametrize(("document", "field", "reason", "allowed"), REFUSED)
def test_refused_by_field_value_and_what_is_allowed(document, field, reason, allowed) -> None:
    text = " | ".join(refused(document))
    assert field in text
    assert reason in text
    assert allowed in text


REFUSED_FOR_TYPE = [
    ({"layout": "all-1g.10gb"}, "ml.g6e.48xlarge", "", "has no GPU that can be partitioned", "ml.p5.48xlarge"),
    ({"layout": "all-1g.18gb"}, P5, "layout", "no layout of H100 80 GB", "all-1g.10gb"),
    ({"per_gpu": {"1g.18gb": 1}}, P5, "per_gpu.1g.18gb", "no profile of H100 80 GB", "1g.10gb, 1g.20gb"),
    ({"per_gpu": {"3g.40gb": 2, "1g.10gb": 1}}, P5, "per_gpu", "needs 9 memory slices", "that fit: 2 x 3g.40gb; or"),
    ({"per_gpu": {"2g.20gb": 4}}, P5, "per_gpu", "needs 8 compute slices", "the nearest that fit: 3 x 2g.20gb"),
    (
        {"gpus": [{"count": 1, "profiles": {"1g.10gb": 1}}, {"count": 1, "profiles": {"4g.40gb": 2}}]},
        P5,
        "gpus.1.profiles",
        "needs 8 compute slices",
        "1 x 4g.40gb",
    ),
    (
        {"gpus": [{"count": 5, "profiles": {"1g.10gb": 1}}, {"count": 4, "profiles": {}}]},
        P5,
        "gpus",
        "9 GPUs are named, and ml.p5.48xlarge has 8",
        "add up to 8",
    ),
    ({"gpus": [{"count": 2, "profiles": {"1g.10gb": 1}}]}, ONE_GPU, "gpus", "2 GPUs are named", "add up to 1 at most"),
    ({"gpus": [{"count": 2, "profiles": {}}]}, P5, "gpus", "every GPU stays whole", "no `mig`"),
    ({"demand": {"1g.5gb": 1}}, P5, "demand.1g.5gb", "no profile of H100 80 GB", "1g.10gb"),
    ({"demand": {"1g.10gb": 56, "3g.40gb": 1}}, P5, "demand", "needs 9 GPUs at the least", "takes 2 nodes or more"),
    ({"demand": {"1g.10gb": 8}}, ONE_GPU, "demand", "needs 2 GPUs at the least, and a node of", "takes 2 nodes"),
]


@pytest.mark.parametrize(("document", "instance_type", "field", "reason", "allowed"), REFUSED_FOR_TYPE)
def test_refused_for_an_instance_type(document, instance_type, field, reason, allowed) -> None:
    ((at, why, instead),) = refusals(document, instance_type)
    assert at == field
    assert reason in why
    assert allowed in instead


def test_a_change_of_a_live_group_is_refused_unless_it_is_asked_for() -> None:
    assert mig({"layout": "all-1g.10gb"}).allow_change is False


def test_a_demand_is_planned_the_same_way_each_time() -> None:
    first = mig({"demand": {"1g.10gb": 9, "2g.20gb": 5, "4g.40gb": 1}}).node_layout(P5)
    second = mig({"demand": {"4g.40gb": 1, "2g.20gb": 5, "1g.10gb": 9}}).node_layout(P5)
    assert first == second
    assert first.partitions == {"1g.10gb": 9, "2g.20gb": 5, "4g.40gb": 1}


def test_a_group_that_says_nothing_has_whole_gpus_under_a_name_that_a_change_can_be_told_from() -> None:
    whole, cut = group_layout(None, P5), group_layout(mig({"layout": "all-1g.10gb"}), P5)
    assert whole
    assert cut
    assert (whole.config_name, whole.resources) == ("all-disabled", {"nvidia.com/gpu": 8})
    assert cut.config_name == "all-1g.10gb"
    assert group_layout(None, "ml.g6e.48xlarge") is None
