"""The fewest GPUs for a demand, proven against all that a number of GPUs can offer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.mig.geometry import GPUS, H100, MIG_INSTANCE_TYPES
from groundwork.mig.placement import pack, reasons_against
from groundwork.mig.planner import plan, total
from tests.mig import brute_force

NODE = 8
_demands = st.tuples(*(st.integers(0, most) for most in (16, 8, 8, 6, 4, 2)))
_offered = st.deferred(lambda: st.sampled_from(sorted(brute_force.full_on(NODE))))
"""What a node of 8 GPUs can offer when nothing more fits: one partition more takes a ninth GPU, or moves others."""


def demand(counts: brute_force.Counts) -> dict[str, int]:
    return {name: count for name, count in zip(H100.names, counts, strict=True) if count}


def assert_fewest(counts: brute_force.Counts) -> None:
    planned = plan(H100, demand(counts)).gpus
    if planned > NODE:
        assert not brute_force.offered_by(NODE, counts)
    else:
        assert brute_force.is_fewest(planned, counts)


@pytest.mark.parametrize("gpus", [1, 2, 3, 4, 5])
def test_all_that_a_few_gpus_can_offer_is_planned_on_them(gpus: int) -> None:
    for counts in brute_force.full_on(gpus):
        assert plan(H100, demand(counts)).gpus <= gpus, counts


@pytest.mark.parametrize("gpus", [1, 2])
def test_one_partition_more_is_planned_on_as_few_gpus_as_brute_force_needs(gpus: int) -> None:
    for counts in brute_force.full_on(gpus):
        for kind in range(6):
            more = tuple(count + (index == kind) for index, count in enumerate(counts))
            assert brute_force.is_fewest(plan(H100, demand(more)).gpus, more), more


@given(_offered, st.integers(0, 6), st.data())
@settings(max_examples=60, deadline=None)
def test_a_demand_that_fills_a_node_more_or_less_takes_the_fewest_gpus(offer, kind, data) -> None:
    # Down from what fits, or one partition beyond it: where a planner goes wrong, if it does.
    counts = tuple(data.draw(st.integers(max(0, count - 3), count)) for count in offer)
    counts = tuple(count + (index == kind) for index, count in enumerate(counts))
    assert_fewest(counts)


@given(_demands)
@settings(max_examples=60, deadline=None)
def test_any_demand_takes_the_fewest_gpus_of_a_node(counts) -> None:
    assert_fewest(counts)


@given(_demands, st.sampled_from(GPUS))
@settings(max_examples=80, deadline=None)
def test_a_plan_offers_the_demand_exactly_and_each_gpu_of_it_can_be_cut_so(counts, gpu) -> None:
    wanted = {name: count for name, count in zip(gpu.names, counts, strict=True) if count}
    planned = plan(gpu, wanted)
    assert total(planned.layouts) == dict(sorted(wanted.items()))
    for layout in planned.layouts:
        assert layout
        assert brute_force.fits(tuple(layout.get(name, 0) for name in gpu.names))
        assert reasons_against(gpu, layout) == []


@given(_demands, st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_in_which_a_demand_is_written_changes_nothing(counts, random) -> None:
    items = list(demand(counts).items())
    expected = plan(H100, dict(items))
    random.shuffle(items)
    assert plan(H100, dict(items)) == expected


def test_what_has_no_place_is_left_over() -> None:
    packing = pack(H100, {"7g.80gb": 3, "1g.10gb": 2}, gpus=2)
    assert packing.left_over == {"7g.80gb": 1, "1g.10gb": 2}


def test_no_demand_takes_no_gpu() -> None:
    assert plan(H100, {}).gpus == 0


def test_demands_of_teams_are_added_up() -> None:
    assert total([{"1g.10gb": 3}, {"1g.10gb": 2, "3g.40gb": 1}]) == {"1g.10gb": 5, "3g.40gb": 1}


@pytest.mark.parametrize("wrong", [{"1g.5gb": 1}, {"1g.10gb": -1}])
def test_a_demand_that_the_gpu_cannot_offer_is_an_error(wrong) -> None:
    with pytest.raises(ValueError, match="H100 80 GB cannot offer"):
        plan(H100, wrong)


def test_gpus_of_a_node_are_what_the_proof_covers() -> None:
    assert max(each.gpus for each in MIG_INSTANCE_TYPES.values()) == NODE
