"""One GPU: what fits on it, where it goes, and what is said of what does not."""

import pytest

from groundwork.mig.geometry import A100_40, GPUS, H100, Gpu
from groundwork.mig.placement import all_layouts, full_layouts, nearest, pack, reasons_against, words
from tests.mig import brute_force


def layout(gpu: Gpu, counts: brute_force.Counts) -> dict[str, int]:
    return dict(zip(gpu.names, counts, strict=True))


def counts(gpu: Gpu, layout: dict[str, int]) -> brute_force.Counts:
    return tuple(layout.get(name, 0) for name in gpu.names)


def test_what_fits_is_what_some_placement_allows_for_every_set_of_partitions() -> None:
    tried = list(brute_force.every_count())
    assert len(tried) == 9 * 6 * 5 * 4 * 3 * 3
    for each in tried:
        assert (not pack(H100, layout(H100, each)).left_over) == brute_force.fits(each), each


def test_every_gpu_has_the_same_layouts_under_its_own_names() -> None:
    expected = {each for each in brute_force.every_count() if any(each) and brute_force.fits(each)}
    for gpu in GPUS:
        assert {counts(gpu, each) for each in all_layouts(gpu)} == expected


def test_full_layouts_are_those_that_take_nothing_more() -> None:
    assert sorted(counts(H100, each) for each in full_layouts(H100)) == brute_force.full()


@pytest.mark.parametrize("each", all_layouts(H100), ids=words)
def test_partitions_are_placed_where_nvidia_allows_them_and_never_on_each_other(each) -> None:
    shapes = dict(zip(H100.names, brute_force.SHAPES, strict=True))
    taken: list[int] = []
    for placed in pack(H100, each).placed:
        _, memory, starts = shapes[placed.profile]
        assert placed.start in starts
        taken += range(placed.start, placed.start + memory)
    assert len(taken) == len(set(taken))
    assert max(taken) <= 7
    assert sum(pack(H100, each).layouts()[0].values()) == sum(each.values())


def test_a_refusal_names_the_slices_that_run_out_and_the_positions() -> None:
    memory, positions = reasons_against(H100, {"3g.40gb": 2, "1g.10gb": 1})
    assert memory == "needs 9 memory slices, and a GPU has 8"
    assert positions == (
        "with 3g.40gb at 0, 3g.40gb at 4, no position is left for 1 x 1g.10gb (begins at 0, 1, 2, 3, 4, 5 or 6)"
    )
    compute, *_ = reasons_against(H100, {"2g.20gb": 4})
    assert compute == "needs 8 compute slices, and a GPU has 7"
    both = reasons_against(H100, {"7g.80gb": 1, "1g.10gb": 1})
    assert [reason.split(",")[0] for reason in both[:2]] == ["needs 8 compute slices", "needs 9 memory slices"]


def test_a_refusal_names_the_profile_that_the_gpu_does_not_have() -> None:
    assert reasons_against(A100_40, {"1g.5gb": 1, "1g.18gb": 1}) == ["A100 40 GB has no profile 1g.18gb"]


@pytest.mark.parametrize("each", all_layouts(H100)[::7], ids=words)
def test_what_fits_has_no_reason_against_it(each) -> None:
    assert reasons_against(H100, each) == []


def test_the_nearest_layouts_fit_and_none_is_nearer() -> None:
    wanted = {"3g.40gb": 2, "1g.10gb": 1}
    found = nearest(H100, wanted)
    assert found[0] == {"3g.40gb": 2}
    assert {"3g.40gb": 1, "1g.10gb": 1} in found

    def apart(other: dict[str, int]) -> int:
        return sum(abs(other.get(name, 0) - wanted.get(name, 0)) for name in H100.names)

    distances = sorted(apart(each) for each in all_layouts(H100))
    assert [apart(each) for each in found] == distances[:3]
    assert all(brute_force.fits(counts(H100, each)) for each in found)


def test_words_put_the_smallest_partition_first() -> None:
    assert words({"1g.10gb": 1, "1g.5gb": 2}) == "2 x 1g.5gb, 1 x 1g.10gb"
