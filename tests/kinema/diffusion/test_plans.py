"""Sampling schemes: the published step counts, and what every plan must keep."""

import itertools

import numpy as np
import pytest

from kinema.diffusion.plans import Stage, autoregressive, check_plan, depth, hierarchy, long_range

PAPER = dict(window=20, step=10, observed=36)


def hierarchy_2(total, **size):
    return hierarchy(total, levels=2, **size)


def hierarchy_3(total, **size):
    return hierarchy(total, levels=3, **size)


SCHEMES = [autoregressive, long_range, hierarchy_2, hierarchy_3]


def sizes(seed, count=60):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        window = int(rng.integers(2, 25))
        step = int(rng.integers(1, window))
        observed = int(rng.choice([0, 1, rng.integers(1, 50)]))
        yield int(observed + rng.integers(1, 300)), dict(window=window, step=step, observed=observed)


@pytest.mark.parametrize("scheme, counts", list(zip(SCHEMES, [(27, 47, 97)] * 3 + [(28, 47, 97)], strict=True)))
def test_the_authors_program_takes_as_many_stages(scheme, counts):
    assert tuple(len(list(scheme(total, **PAPER))) for total in (300, 500, 1000)) == counts


@pytest.mark.parametrize("levels", [2, 3])
def test_the_first_stage_of_300_frames_lies_all_over_the_film(levels):
    first, second, *_ = hierarchy(300, levels=levels, **PAPER)
    assert first.generate == (36, 65, 94, 123, 153, 182, 211, 241, 270, 299)
    assert first.condition == (0, 3, 7, 11, 15, 19, 23, 27, 31, 35)
    # Half of the places for what follows, half for what precedes.
    assert second.condition == (32, 33, 34, 35, 36, 65, 94, 123, 153, 182)
    assert second.generate == (tuple(range(37, 47)) if levels == 2 else (41, 46, 51, 56, 61, 66, 71, 76, 81, 86))


def test_a_gap_is_filled_across_frames_that_are_there():
    stages = list(hierarchy(300, levels=2, **PAPER))
    assert stages[3] == Stage((57, 58, 59, 60, 61, 62, 63, 64, 66, 67), (52, 53, 54, 55, 56, 65, 94, 123, 153, 182))


def test_autoregression_looks_at_the_frames_just_before():
    stages = list(autoregressive(300, **PAPER))
    assert stages[0] == (tuple(range(36, 46)), tuple(range(26, 36)))
    assert stages[-1] == (tuple(range(296, 300)), tuple(range(286, 296)))


def test_long_range_looks_at_the_last_observed_frames_as_well():
    stages = list(long_range(300, **PAPER))
    assert stages[0].condition == tuple(range(26, 36))  # no frame twice
    assert stages[1].condition == (*range(31, 36), *range(41, 46))
    assert stages[-1].condition == (*range(31, 36), *range(291, 296))


@pytest.mark.parametrize("scheme", [autoregressive, long_range])
def test_a_continuation_always_looks_at_the_frame_just_before(scheme):
    for total, size in sizes(6):
        assert all(condition[-1] == generate[0] - 1 for generate, condition in scheme(total, **size) if condition)


def test_a_stage_that_generates_fewer_frames_looks_at_more():
    # Of 15, 16, 18, 19 the last gives way: with 17 between them no place would be left to look at what follows.
    stages = list(hierarchy(40, levels=2, window=6, step=4, observed=6))
    assert stages[3] == Stage((15, 16, 18), (14, 17, 28)) and stages[4].generate[0] == 19


def test_without_observed_frames_long_range_keeps_those_of_its_first_stage_in_sight():
    stages = list(long_range(14, window=4, step=2, observed=0))
    assert stages[0] == ((0, 1, 2, 3), ())
    assert [s.condition for s in stages[1:]] == [(2, 3), (3, 5), (3, 7), (3, 9), (3, 11)]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("seed", range(4))
def test_every_plan_makes_each_frame_once_from_frames_that_exist_within_the_window(scheme, seed):
    for total, size in sizes(seed):
        stages = list(scheme(total, **size))
        assert check_plan(stages, total, size["observed"], window=size["window"]) == len(stages)
        # The same by other means: one list of all that is generated.
        assert sorted(itertools.chain(*(s.generate for s in stages))) == list(range(size["observed"], total))
        for generate, condition in stages:
            assert list(generate) == sorted(generate) and list(condition) == sorted(condition)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_only_a_first_stage_without_observed_frames_looks_at_nothing(scheme):
    for total, size in sizes(9):
        stages = list(scheme(total, **size))
        assert all(s.condition for s in stages[0 if size["observed"] else 1 :])
        if not size["observed"]:
            assert stages[0].condition == () and len(stages[0].generate) == min(size["window"], total)


def test_without_observed_frames_a_hierarchy_starts_evenly_over_the_film():
    first = hierarchy(300, levels=2, window=20, step=10, observed=0).__iter__().__next__()
    assert (first.generate[0], first.generate[-1], len(first.generate)) == (0, 299, 20)
    assert set(np.diff(first.generate)) <= {15, 16}  # 299 / 19 is 15.7


@pytest.mark.parametrize("scheme", [hierarchy_2, hierarchy_3])
def test_after_its_first_stage_a_hierarchy_looks_before_and_after_what_it_makes(scheme):
    for total, size in sizes(3):
        if size["window"] - size["step"] < 2:
            continue  # one place: it goes to what precedes
        for generate, condition in list(scheme(total, **size))[1:]:
            assert condition[0] < generate[0]
            assert condition[-1] > generate[-1]


def test_the_number_of_autoregressive_stages_is_the_formula():
    for total, size in sizes(5):
        left = total - (size["observed"] or min(size["window"], total))
        assert len(list(autoregressive(total, **size))) == -(-left // size["step"]) + (size["observed"] == 0)


def test_a_film_that_is_all_observed_needs_no_stage():
    for scheme in SCHEMES:
        assert list(scheme(36, **PAPER)) == []


def test_a_plan_is_lazy_and_begins_anew_each_time():
    plan = autoregressive(10**15, **PAPER)
    assert next(iter(plan)) == next(iter(plan))
    assert repr(hierarchy(9, levels=2, window=4, step=2, observed=1)) == "hierarchy(9, levels=2, window=4, step=2, observed=1)"


def test_a_count_may_be_numpys():
    assert list(long_range(9, window=4, step=2, observed=np.int64(0))) == list(long_range(9, window=4, step=2, observed=0))


@pytest.mark.parametrize("count", [2, 3, 7, 20])
def test_frames_of_the_first_level_are_even_and_reach_both_ends(count):
    for total in range(count, 200, 7):
        first = next(iter(hierarchy(total, levels=2, window=count, step=count - 1, observed=0))).generate
        assert (first[0], first[-1], len(first)) == (0, total - 1, count)
        assert np.ptp(np.diff(first)) <= 2  # both ends of a span are rounded, the first one differently


def test_depth_grows_with_the_film_in_autoregression_and_only_there():
    for total in (300, 1000):
        stages = {scheme: list(scheme(total, **PAPER)) for scheme in SCHEMES}
        deepest = [int(depth(stages[scheme]).max()) for scheme in SCHEMES]
        assert deepest == [len(stages[autoregressive]), 1, 2, 3 if total == 1000 else 2]  # never more than its levels


def test_depth_counts_generations_along_the_nearest_or_the_farthest_ancestor():
    stages = [Stage((2,), (0, 1)), Stage((4,), (2,)), Stage((3,), (0, 4))]
    assert depth(stages).tolist() == [0, 0, 1, 1, 2]
    assert depth(stages, chain="longest").tolist() == [0, 0, 1, 3, 2]
    assert depth([Stage((0, 1), ())]).tolist() == [1, 1]
    assert depth([]).shape == (0,)


def test_the_last_level_of_a_hierarchy_waits_for_itself_all_along_the_film():
    # Nearest to what is real it stays within its levels; but no two of its stages could run at once.
    stages = list(hierarchy_2(1000, **PAPER))
    assert depth(stages, chain="longest").max() == len(stages)


GOOD = [Stage((2, 3), (0, 1)), Stage((4, 5), (2, 3))]


@pytest.mark.parametrize(
    "stages, words",
    [
        ([GOOD[0], Stage((3, 4), (2,))], "stage 1 generates frame 3, which exists already"),
        ([Stage((1, 2), (0,))], "stage 0 generates frame 1, which was observed"),
        ([Stage((2, 2), (0,))], "generates frame 2, which exists already"),
        ([GOOD[0]], "frame 4 is never generated, nor are 1 others$"),
        ([GOOD[0], Stage((4,), (2,))], "frame 5 is never generated$"),
        ([GOOD[1], GOOD[0]], "stage 0 looks at frame 2 before it exists"),
        ([Stage((2, 3), (2,))], "stage 0 looks at frame 2 before it exists"),
        ([Stage((2, 3), (1, 1))], "looks at a frame twice"),
        ([Stage((6,), (0,))], "frame 6, but the film has frames 0 to 5"),
        ([Stage((2,), (-1,))], "names frame -1"),
        ([Stage((), (0,))], "stage 0 generates no frame"),
        ([Stage((2, 3, 4), (0, 1))], "takes 5 frames, but the window holds 4"),
    ],
)
def test_a_faulty_plan_is_refused_by_its_first_fault(stages, words):
    assert check_plan(GOOD, 6, 2, window=4) == 2
    with pytest.raises(ValueError, match=words):
        check_plan(stages, 6, 2, window=4)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: autoregressive(0, **PAPER), "total must be a positive"),
        (lambda: autoregressive(20, **PAPER), "36 frames are observed, but the film has 20"),
        (lambda: long_range(300, window=20, step=20, observed=36), "must be smaller"),
        (lambda: hierarchy(300, levels=4, **PAPER), "levels must be one of 2, 3"),
        (lambda: autoregressive(300, window=20, step=10, observed=-1), "observed must be"),
        (lambda: autoregressive(300, window=20, step=10, observed=False), "observed must be"),
        (lambda: autoregressive(300, window=20, step=10, observed=1.5), "observed must be"),
        (lambda: long_range(300, window=20, step=0, observed=36), "step must be a positive"),
        (lambda: check_plan([], 3, 4), "4 frames are observed"),
        (lambda: depth(GOOD, chain="any"), "chain must be one of"),
    ],
)
def test_arguments_that_make_no_plan_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
