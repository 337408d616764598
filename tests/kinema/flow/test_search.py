"""Brute-force search for the same brightness."""

import numpy as np
import pytest

from kinema.flow import match_pixel

SHAPE = (13, 17)


def shifted(u, v, seed=0):
    """Two frames of noise; the second shows the first moved by (u, v)."""
    big = np.random.default_rng(seed).uniform(size=(40, 40))
    return big[15 : 15 + SHAPE[0], 15 : 15 + SHAPE[1]], big[15 - v : 15 - v + SHAPE[0], 15 - u : 15 - u + SHAPE[1]]


@pytest.mark.parametrize("u, v", [(0, 0), (2, -1), (-3, 2), (3, 3)])
@pytest.mark.parametrize("patch", [1, 3, 5])
def test_an_integer_motion_is_found_exactly(put, dtype, u, v, patch):
    I0, I1 = shifted(u, v)
    match = match_pixel(put(I0, dtype), put(I1, dtype), (8, 6), radius=3, patch=patch)
    assert match.flow == (u, v)
    assert match.ties == 1


def test_the_search_runs_around_the_point_which_is_x_then_y(put):
    I0, I1 = np.zeros(SHAPE), np.zeros(SHAPE)
    I0[3, 11], I1[4, 9] = 1.0, 1.0
    assert match_pixel(put(I0), put(I1), (11, 3), radius=2).flow == (-2, 1)


def test_every_candidate_ties_on_a_constant_frame_and_the_shortest_wins(put, dtype):
    flat = put(np.full(SHAPE, 0.4), dtype)
    match = match_pixel(flat, flat, (8, 6), radius=2)
    assert match.ties == 25
    assert match.flow == (0, 0)


def test_a_period_within_reach_ties(put):
    stripes = put(np.tile(np.arange(17) % 4 / 4.0, (13, 1)))
    match = match_pixel(stripes, stripes, (8, 6), radius=4, patch=3)
    # u is -4, 0 or 4; any v is as good.
    assert match.ties == 3 * 9
    assert match.flow == (0, 0)


def test_a_larger_patch_removes_ties(put):
    rng = np.random.default_rng(1)
    coarse = np.rint(rng.uniform(size=(13, 17)) * 2) / 2  # three grey levels: single pixels repeat
    image = put(coarse)
    single, patch = (match_pixel(image, image, (8, 6), radius=3, patch=side) for side in (1, 5))
    assert single.ties > 1
    assert patch.ties == 1


def test_costs_equal_a_loop_and_are_infinite_outside(put, get, dtype):
    rng = np.random.default_rng(2)
    I0, I1 = rng.uniform(size=(2, *SHAPE))
    match = match_pixel(put(I0, dtype), put(I1, dtype), (2, 10), radius=3, patch=3)
    cost = get(match.cost)
    assert cost.shape == (7, 7)
    for v in range(-3, 4):
        for u in range(-3, 4):
            x, y = 2 + u, 10 + v
            if 1 <= x < 16 and 1 <= y < 12:
                expected = np.mean((I0[9:12, 1:4] - I1[y - 1 : y + 2, x - 1 : x + 2]) ** 2)
                assert cost[v + 3, u + 3] == pytest.approx(expected, abs=1e-6)
            else:
                assert np.isinf(cost[v + 3, u + 3])


def test_the_best_motion_is_the_cheapest_and_within_the_radius(put, get):
    I0, I1 = np.random.default_rng(3).uniform(size=(2, *SHAPE))
    for point in [(1, 1), (15, 11), (8, 6)]:
        (u, v), ties, cost = match_pixel(put(I0), put(I1), point, radius=2, patch=3)
        cost = get(cost)
        assert max(abs(u), abs(v)) <= 2
        assert cost[v + 2, u + 2] == cost.min()
        assert ties == 1


def test_costs_within_the_tolerance_tie(put):
    I0, I1 = np.zeros(SHAPE), np.full(SHAPE, 0.5)
    I1[6, 9], I1[6, 7] = 0.01, 0.1  # costs 1e-4 and 1e-2
    assert match_pixel(put(I0), put(I1), (8, 6), radius=1).ties == 1
    near = match_pixel(put(I0), put(I1), (8, 6), radius=1, tolerance=0.011)
    assert near.ties == 2
    assert match_pixel(put(I0), put(I1), (8, 6), radius=1).flow == (1, 0)


def test_red_does_not_match_green(put):
    red, green = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    I0, I1 = np.zeros((2, 9, 11, 3))
    I0[4, 5] = red
    I1[4, 6], I1[5, 4] = green, red
    match = match_pixel(put(I0), put(I1), (5, 4), radius=1, channel_axis=-1)
    assert match.flow == (-1, 1)
    assert match.ties == 1
    first = match_pixel(put(np.moveaxis(I0, -1, 0)), put(np.moveaxis(I1, -1, 0)), (5, 4), radius=1, channel_axis=0)
    assert first.flow == (-1, 1)


def test_8_bit_frames_match_without_wrapping_around(put, get):
    I0, I1 = np.full((2, 9, 11), 250, dtype="uint8")
    I0[4, 5], I1[4, 6] = 5, 9
    match = match_pixel(put(I0), put(I1), (5, 4), radius=1)
    assert match.flow == (1, 0)
    assert get(match.cost)[1, 2] == pytest.approx((4 / 255) ** 2, rel=1e-5)
    assert get(match.cost)[1, 1] == pytest.approx((245 / 255) ** 2, rel=1e-5)


def test_the_cost_keeps_namespace_dtype_and_device(put, dtype, same_kind):
    image = put(np.zeros(SHAPE), dtype)
    same_kind(match_pixel(image, image, (8, 6), radius=1).cost, image)


@pytest.mark.parametrize(
    "point, options, message",
    [
        ((0, 6), {"patch": 3}, r"point = \(0, 6\) needs a 3 x 3 patch inside the 17 x 13 frame"),
        ((16, 6), {"patch": 3}, r"point = \(16, 6\)"),
        ((8, 12), {"patch": 3}, r"point = \(8, 12\)"),
        ((8, 13), {}, r"point = \(8, 13\) .*points are \(x, y\)"),
        ((-1, 4), {}, r"point = \(-1, 4\)"),
        ((8, 6), {"patch": 2}, "patch must be an odd positive integer"),
        ((8, 6), {"radius": -1}, "radius must be an integer >= 0, got -1"),
        ((8, 6), {"radius": 1.5}, "radius must be an integer >= 0, got 1.5"),
    ],
)
def test_impossible_searches_are_refused(put, point, options, message):
    image = put(np.zeros(SHAPE))
    with pytest.raises(ValueError, match=message):
        match_pixel(image, image, point, **{"radius": 1, **options})


def test_frames_that_differ_are_refused(put):
    with pytest.raises(ValueError, match="I0 has shape .* and I1 has shape"):
        match_pixel(put(np.zeros((9, 11))), put(np.zeros((11, 9))), (4, 4), radius=1)
