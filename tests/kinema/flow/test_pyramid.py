"""Gaussian pyramids: their filter, their grid, their border, and flow between levels."""

import cv2
import numpy as np
import pytest

from kinema.data import texture
from kinema.flow import count_levels, expand_flow, gaussian_pyramid, reduce_frame


def noise(shape, seed=0):
    return np.random.default_rng(seed).uniform(size=shape)


def waves(shape, shift=(0.0, 0.0), shortest=40):
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    return texture(0, shortest=shortest, longest=80)(x - shift[0], y - shift[1])


@pytest.mark.parametrize("shape", [(3, 3), (4, 7), (9, 8), (21, 33)])
def test_sides_halve_and_round_up_and_the_finest_level_is_the_frame(put, get, dtype, same_kind, shape):
    image = put(noise(shape), dtype)
    finest, half = gaussian_pyramid(image, 2)
    assert np.array_equal(get(finest), get(image))
    assert tuple(half.shape) == ((shape[0] + 1) // 2, (shape[1] + 1) // 2)
    same_kind(half, image)


@pytest.mark.parametrize("shape", [(16, 16), (9, 14), (11, 7), (3, 4), (64, 47)])
@pytest.mark.parametrize("levels", [2, 3])
def test_every_level_equals_opencvs(put, get, dtype, rounding, shape, levels):
    image = noise(shape).astype(dtype)
    if min(shape) < 2**levels - 1:
        levels = 2
    expected = image
    for level in gaussian_pyramid(put(image), levels)[1:]:
        expected = cv2.pyrDown(expected, borderType=cv2.BORDER_REFLECT_101)
        np.testing.assert_allclose(get(level), expected, atol=rounding)


def test_a_checkerboard_of_two_pixels_becomes_its_mean_and_does_not_alias(put, get):
    y, x = np.mgrid[:12, :15]
    for board in ((x + y) % 2, x % 2, y % 2):
        # An even frame mirrored without repeating its border goes on as a checkerboard.
        np.testing.assert_allclose(get(reduce_frame(put(board.astype(float)))), 0.5, atol=1e-15)


def test_a_constant_stays_constant_to_the_border_and_a_ramp_keeps_its_values_inside(put, get):
    for level in gaussian_pyramid(put(np.full((21, 30), 0.3)), 4):
        np.testing.assert_allclose(get(level), 0.3, rtol=1e-14)
    y, x = np.mgrid[:21, :30].astype(float)
    half = get(reduce_frame(put(2 * x - 3 * y)))
    rows, columns = np.mgrid[:11, :15]
    # Pixel (x, y) of a level lies over (2x, 2y): the symmetric filter leaves a ramp's value where it is.
    np.testing.assert_allclose(half[1:-1, 1:-1], (4 * columns - 6 * rows)[1:-1, 1:-1], atol=1e-12)


@pytest.mark.parametrize("shape", [(64, 80), (65, 81), (63, 78)])
def test_pixel_x_of_a_level_lies_over_pixel_two_x_whatever_the_size(shape):
    # A blur of variance s² leaves 1 - (2π/λ)² s²/2 of a wave: 1.2 % less of 0.5 at 40 pixels; s² is 1, then 1 + 4.
    # A grid half a pixel off would show the slope instead, up to 2π/40 x 0.25 = 4 %. The mirrored rim is left out.
    image = waves(shape)
    for level, reduced in enumerate(gaussian_pyramid(image, 3)):
        off = (reduced - image[:: 2**level, :: 2**level])[3:-3, 3:-3]
        assert np.abs(off).max() < 0.007 * (4**level - 1) / 3 + 1e-12


@pytest.mark.parametrize("shift", [(8, -4), (-8, 12)])
def test_a_shift_halves_with_each_level(shift):
    still, moved = (gaussian_pyramid(waves((97, 121), s, shortest=12), 3) for s in ((0, 0), shift))
    for level in (1, 2):
        u, v = shift[0] // 2**level, shift[1] // 2**level
        part = np.s_[8:-8, 8:-8]
        # A shift by whole pixels of the level commutes with filter and subsampling: equal to rounding.
        np.testing.assert_allclose(np.roll(still[level], (v, u), (0, 1))[part], moved[level][part], atol=1e-12)


def test_a_batch_is_reduced_frame_by_frame_and_integers_are_scaled(put, get):
    batch = noise((2, 9, 12))
    reduced = get(gaussian_pyramid(put(batch), 2)[1])
    assert np.array_equal(reduced[1], get(gaussian_pyramid(put(batch[1]), 2)[1]))
    assert get(gaussian_pyramid(put(np.full((5, 5), 255, np.uint8)), 2)[1]).tolist() == np.ones((3, 3)).tolist()


def test_torch_differentiates_a_reduction(gradcheck):
    gradcheck(reduce_frame, noise((5, 6)))


# Levels


@pytest.mark.parametrize(
    "size, smallest, levels",
    [((16, 16), 16, 1), ((31, 99), 16, 2), ((30, 99), 16, 1), ((480, 640), 16, 5), ((640, 480), 16, 5), ((5, 5), 16, 1), ((4, 9), 2, 2)],
)  # fmt: skip
def test_levels_are_counted_down_to_the_smallest_side(size, smallest, levels):
    assert count_levels(*size, smallest=smallest) == levels
    if min(size) >= smallest:
        sides = [min(level.shape) for level in gaussian_pyramid(noise(size), levels)]
        assert sides[-1] >= smallest > (sides[-1] + 1) // 2


def test_sixteen_pixels_are_the_smallest_side_by_default():
    assert count_levels(100, 200) == count_levels(100, 200, smallest=16) == 3


# Flow between levels


@pytest.mark.parametrize("shape", [(9, 13), (8, 12), (7, 10), (1, 2)])
def test_expanding_doubles_the_arrows_and_undoes_subsampling(put, get, dtype, rounding, shape):
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    fine = np.stack([0.5 * x - 0.25 * y + 3, 0.1 * y - x - 2])
    coarse = put(fine[:, ::2, ::2] / 2, dtype)  # half the pixels, half the motion
    got = get(expand_flow(coarse, shape))
    # Where the size is even the last row or column has no pixel beyond it, and repeats the one before.
    seen = np.s_[:, : shape[0] - (shape[0] + 1) % 2, : shape[1] - (shape[1] + 1) % 2]
    np.testing.assert_allclose(got[seen], fine[seen], atol=rounding * 10)
    for axis, size in ((1, shape[0]), (2, shape[1])):
        if size % 2 == 0:
            np.testing.assert_array_equal(np.take(got, -1, axis=axis), np.take(got, -2, axis=axis))


def test_expanding_keeps_kind_and_batch(put, get, dtype, same_kind):
    flows = put(noise((3, 2, 4, 5)), dtype)
    expanded = expand_flow(flows, (7, 10))
    same_kind(expanded, flows)
    assert tuple(expanded.shape) == (3, 2, 7, 10)
    assert np.array_equal(get(expanded)[2], get(expand_flow(flows[2, ...], (7, 10))))


# Refusals


def test_pyramids_refuse(put):
    image = put(noise((9, 12)))
    for levels in (0, -1, 1.5, "3", None, True, float("nan")):
        with pytest.raises(ValueError, match="levels must be a positive integer"):
            gaussian_pyramid(image, levels)
    with pytest.raises(ValueError, match="level 4 would be made from 2 x 2 pixels.*ask for at most 4 levels"):
        gaussian_pyramid(image, 6)
    with pytest.raises(ValueError, match="image contains NaN"):
        gaussian_pyramid(put(np.full((4, 4), np.nan)), 1)
    with pytest.raises(ValueError, match="looks like colour"):
        gaussian_pyramid(put(noise((9, 12, 3))), 1)
    for smallest in (1, 0, float("nan")):
        with pytest.raises(ValueError, match="smallest must be at least 2 pixels"):
            count_levels(9, 12, smallest=smallest)


def test_expanding_refuses(put):
    with pytest.raises(ValueError, match="flow has 4 x 5 pixels, but half of 9 x 10 is 5 x 5"):
        expand_flow(put(noise((2, 4, 5))), (9, 10))
    for shape in [(4, 5), (3, 4, 5), (4, 5, 2)]:
        with pytest.raises(ValueError, match=r"expected \(..., 2, h, w\) with u first"):
            expand_flow(put(noise(shape)), (8, 10))
