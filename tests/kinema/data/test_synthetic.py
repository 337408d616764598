"""Frame pairs with exact truth."""

import numpy as np
import pytest

from kinema.data import (
    affine_flow,
    corner,
    disc,
    edge,
    grating,
    moving_pair,
    rotation_flow,
    texture,
    translation_flow,
)

SHAPE = (15, 22)


def grid(shape=SHAPE):
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    return x, y


PATTERNS = {
    "texture": texture(0),
    "grating": grating(9, 30),
    "edge": edge(10, 7, 20),
    "corner": corner(10, 7, 20),
    "disc": disc(10, 7, 4),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize(
    "flow", [translation_flow(0.4, -0.7, SHAPE), affine_flow((1, 0.02, -0.01, -2, 0.03, 0.04), SHAPE)]
)
def test_the_first_frame_is_the_second_at_x_plus_flow(name, flow):
    pattern = PATTERNS[name]
    pair = moving_pair(pattern, flow)
    x, y = grid()
    np.testing.assert_array_equal(pair.I1, pattern(x, y))
    np.testing.assert_array_equal(pair.I0, pattern(x + flow[0], y + flow[1]))
    np.testing.assert_array_equal(pair.flow, flow)


@pytest.mark.parametrize("u, v", [(3, -2), (-1, 4)])
def test_a_whole_pixel_motion_moves_the_content_right_by_u_and_down_by_v(u, v):
    pair = moving_pair(texture(1), translation_flow(u, v, SHAPE))
    y, x = 7, 10
    np.testing.assert_allclose(pair.I1[y + v, x + u], pair.I0[y, x], atol=1e-12)


def test_a_bright_disc_moves_where_the_flow_says():
    shape = (31, 40)
    pair = moving_pair(disc(20, 15, 3), translation_flow(4, -2, shape))
    x, y = grid(shape)

    def centre(image):
        return np.array([np.sum(x * image), np.sum(y * image)]) / np.sum(image)

    # The disc stands at (20, 15) in the second frame, so at (16, 17) in the first.
    np.testing.assert_allclose(centre(pair.I1), [20, 15], atol=1e-3)  # its tails leave the frame
    np.testing.assert_allclose(centre(pair.I0), [16, 17], atol=1e-3)


def test_no_motion_gives_two_equal_frames():
    pair = moving_pair(texture(2), translation_flow(0, 0, SHAPE))
    assert np.array_equal(pair.I0, pair.I1)


def test_the_pairs_dtype_is_asked_for_and_double_otherwise(dtype):
    pair = moving_pair(texture(3), translation_flow(0.5, 1, SHAPE), dtype=dtype)
    assert [part.dtype for part in pair] == [dtype] * 3
    double = moving_pair(texture(3), translation_flow(0.5, 1, SHAPE))
    assert [part.dtype for part in double] == ["float64"] * 3
    np.testing.assert_array_equal(pair.I0, double.I0.astype(dtype))


def test_translation_is_u_then_v():
    flow = translation_flow(2, -3, SHAPE)
    assert flow.shape == (2, *SHAPE)
    assert np.all(flow[0] == 2)
    assert np.all(flow[1] == -3)


def test_affine_parameters_act_from_the_frames_centre():
    a = (1.0, 0.1, 0.2, -2.0, 0.3, 0.4)
    flow = affine_flow(a, (3, 5))
    np.testing.assert_allclose(flow[:, 1, 2], [1, -2])
    np.testing.assert_allclose(flow[:, 1, 3], [1 + 0.1, -2 + 0.3])  # one column to the right
    np.testing.assert_allclose(flow[:, 2, 2], [1 + 0.2, -2 + 0.4])  # one row down


def test_rotation_turns_clockwise_on_the_screen_about_the_centre():
    flow = rotation_flow(90, (5, 7))
    np.testing.assert_allclose(flow[:, 2, 3], [0, 0], atol=1e-15)
    np.testing.assert_allclose(flow[:, 2, 4], [-1, 1], atol=1e-15)  # what was on the right goes below
    np.testing.assert_allclose(flow[:, 3, 3], [-1, -1], atol=1e-15)  # what was below goes to the left


@pytest.mark.parametrize("degrees", [1, -5, 30])
def test_rotation_keeps_the_distance_to_the_centre(degrees):
    flow = rotation_flow(degrees, SHAPE)
    x, y = grid()
    x, y = x - (SHAPE[1] - 1) / 2, y - (SHAPE[0] - 1) / 2
    np.testing.assert_allclose(np.hypot(x + flow[0], y + flow[1]), np.hypot(x, y), atol=1e-12)


def test_texture_repeats_by_seed_lies_in_0_1_and_uses_the_range():
    x, y = grid((60, 80))
    image = texture(5)(x, y)
    assert np.array_equal(image, texture(5)(x, y))
    assert not np.allclose(image, texture(6)(x, y))
    assert 0 <= image.min() < 0.3
    assert 0.7 < image.max() <= 1


def test_texture_has_no_wave_shorter_than_asked():
    # One wave at most 8 pixels long: the spectrum of a long row ends there (tanh adds odd harmonics, weakly).
    x = np.arange(512.0)
    row = texture(7, shortest=16, longest=64)(x, 0 * x)
    power = np.abs(np.fft.rfft((row - row.mean()) * np.hanning(512))) ** 2
    assert power[512 // 16 + 4 :].sum() < 0.02 * power.sum()


def test_a_grating_has_its_wavelength_along_its_direction_and_is_constant_across():
    pattern = grating(8, 30, contrast=0.6)
    c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
    t = np.linspace(0, 20, 101)
    np.testing.assert_allclose(pattern(t * c, t * s), 0.5 + 0.3 * np.cos(2 * np.pi * t / 8), atol=1e-12)
    np.testing.assert_allclose(pattern(-t * s, t * c), 0.8, atol=1e-12)


def test_an_edge_goes_from_dark_to_bright_along_its_direction():
    for degrees in (0, 60, 90, 200):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        pattern = edge(10, 7, degrees, blur=2)
        assert pattern(10, 7) == pytest.approx(0.5)
        assert pattern(10 + 9 * c, 7 + 9 * s) > 0.99
        assert pattern(10 - 9 * c, 7 - 9 * s) < 0.01
        assert pattern(10 - 5 * s, 7 + 5 * c) == pytest.approx(0.5)
        assert pattern(10 + 2 * c, 7 + 2 * s) == pytest.approx(0.5 + 0.5 * np.tanh(1))


def test_a_corner_is_bright_in_one_quarter_only():
    pattern = corner(10, 7, 0, blur=1)
    assert pattern(15, 12) > 0.99  # right and below
    for x, y in [(5, 12), (15, 2), (5, 2)]:
        assert pattern(x, y) < 0.01


def test_a_disc_is_bright_inside_and_half_bright_on_its_rim():
    pattern = disc(10, 7, 5, blur=1)
    assert pattern(10, 7) > 0.99
    assert pattern(15, 7) == pattern(10, 2) == pytest.approx(0.5)
    assert pattern(20, 7) < 0.01


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: moving_pair(texture(), np.zeros((15, 22))), r"flow has shape \(15, 22\), expected \(2, H, W\)"),
        (lambda: moving_pair(texture(), np.zeros((3, 15, 22))), "flow has shape"),
        (lambda: moving_pair(texture(), np.zeros((2, 0, 22))), "both at least 1"),
        (lambda: affine_flow((1, 2, 3), SHAPE), "an affine motion has 6 parameters, got 3"),
        (lambda: affine_flow((0,) * 6, (0, 5)), r"shape must be \(height, width\)"),
        (lambda: texture(shortest=0), "need 0 < shortest <= longest, got 0"),
        (lambda: texture(shortest=9, longest=8), "need 0 < shortest <= longest, got 9 and 8"),
    ],
)
def test_impossible_scenes_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
