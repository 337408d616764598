"""The Middlebury colour wheel."""

import numpy as np
import pytest

from kinema.viz import flow_to_color, wheel_picture
from kinema.viz.color_wheel import UNKNOWN, wheel_hues


def color(u, v, max_speed=1.0):
    return flow_to_color(np.array([u, v], float).reshape(2, 1, 1), max_speed=max_speed)[0, 0].tolist()


def benchmark_hues():
    """makecolorwheel() of the benchmark's colorcode.cpp, line by line, with C's integer division."""
    hues = []
    RY, YG, GC, CB, BM, MR = 15, 6, 4, 11, 13, 6
    hues += [[255, 255 * i // RY, 0] for i in range(RY)]
    hues += [[255 - 255 * i // YG, 255, 0] for i in range(YG)]
    hues += [[0, 255, 255 * i // GC] for i in range(GC)]
    hues += [[0, 255 - 255 * i // CB, 255] for i in range(CB)]
    hues += [[255 * i // BM, 0, 255] for i in range(BM)]
    hues += [[255, 0, 255 - 255 * i // MR] for i in range(MR)]
    return hues


def benchmark_color(u, v):
    """computeColor() of colorcode.cpp, in red, green, blue order."""
    hues = benchmark_hues()
    rad, a = np.hypot(u, v), np.arctan2(-v, -u) / np.pi
    fk = (a + 1.0) / 2.0 * (len(hues) - 1)
    k0 = int(fk)
    k1, f = (k0 + 1) % len(hues), fk - k0
    result = []
    for b in range(3):
        col = (1 - f) * hues[k0][b] / 255.0 + f * hues[k1][b] / 255.0
        col = 1 - rad * (1 - col) if rad <= 1 else col * 0.75
        result.append(int(255.0 * col))
    return result


def test_the_wheel_has_the_benchmarks_55_hues():
    hues = wheel_hues()
    assert hues.shape == (55, 3)
    assert hues.dtype == np.uint8
    assert hues.tolist() == benchmark_hues()
    assert hues[[0, 15, 21, 25, 36, 49]].tolist() == [
        [255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255],
    ]  # fmt: skip


@pytest.mark.parametrize("speed", [0.3, 0.999, 1.7])
def test_colours_equal_the_benchmarks_in_every_direction(speed):
    for degrees in np.arange(0.5, 360, 7.3):
        u, v = speed * np.cos(np.radians(degrees)), speed * np.sin(np.radians(degrees))
        assert np.abs(np.array(color(u, v)) - benchmark_color(u, v)).max() <= 1  # one step of rounding


def test_right_is_red_left_is_cyan_down_is_yellow_up_is_violet():
    assert color(1, 0) == [255, 0, 0]
    assert color(-1, 0) == [0, 209, 255]  # halfway round: hue 27 of 0 to 54
    red, green, blue = color(0, 1)
    assert red > 230 and green > 200 and blue < 30
    red, green, blue = color(0, -1)
    assert blue > 240 and green < 30 and red < 130


def test_no_motion_is_white_and_faster_is_more_saturated():
    assert color(0, 0) == [255, 255, 255]
    faint, strong = color(0.25, 0), color(0.75, 0)
    assert faint == [255, 191, 191]
    assert strong == [255, 63, 63]


def test_faster_than_the_rim_is_darker():
    assert color(1.01, 0) == [191, 0, 0]
    assert color(50, 0) == [191, 0, 0]


def test_unknown_pixels_are_grey_and_do_not_disturb_the_rest():
    flow = np.zeros((2, 2, 3))
    flow[0] = 1.0
    clean = flow_to_color(flow)
    flow[0, 0, 0], flow[1, 1, 1], flow[0, 1, 2] = np.nan, np.nan, np.inf
    picture = flow_to_color(flow)
    unknown = np.array([[True, False, False], [False, True, True]])
    assert np.all(picture[unknown] == UNKNOWN)
    assert UNKNOWN == 128
    np.testing.assert_array_equal(picture[~unknown], clean[~unknown])


def test_the_fastest_pixel_sets_the_rim_unless_told():
    flow = np.zeros((2, 1, 2))
    flow[0] = [[4.0, 1.0]]
    assert flow_to_color(flow).tolist() == [[[255, 0, 0], [255, 191, 191]]]
    assert flow_to_color(flow, max_speed=8).tolist() == [[[255, 127, 127], [255, 223, 223]]]


def test_a_field_without_motion_or_knowledge_is_white_or_grey():
    assert np.all(flow_to_color(np.zeros((2, 3, 4))) == 255)
    assert np.all(flow_to_color(np.full((2, 3, 4), np.nan)) == 128)


def test_any_array_library_gives_the_same_uint8_picture(put, dtype):
    flow = np.random.default_rng(0).normal(size=(2, 5, 7)).astype("float32")
    picture = flow_to_color(put(flow, dtype))
    assert type(picture) is np.ndarray
    assert picture.dtype == np.uint8
    assert picture.shape == (5, 7, 3)
    np.testing.assert_array_equal(picture, flow_to_color(flow))


def test_the_wheel_picture_shows_each_direction_at_its_place():
    picture = wheel_picture(151)
    assert picture.shape == (151, 151, 3)
    assert picture[75, 75].tolist() == [255, 255, 255]
    for (row, column), (u, v) in {
        (75, 150): (1, 0),
        (150, 75): (0, 1),
        (0, 75): (0, -1),
        (75, 38): (-37 / 75, 0),
    }.items():
        assert picture[row, column].tolist() == color(u, v)
    assert np.all(picture[[0, 0, 150, 150], [0, 150, 0, 150]] == 255)  # the corners lie outside
    assert wheel_picture(20).shape == (20, 20, 3)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 2), (3, 5, 7), (1, 2, 5, 7)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"flow has shape .*expected \(2, H, W\) with u first"):
        flow_to_color(np.zeros(shape))


@pytest.mark.parametrize("max_speed", [0, -1.0, float("nan")])
def test_a_rim_without_speed_is_refused(max_speed):
    with pytest.raises(ValueError, match="max_speed must be positive, got"):
        flow_to_color(np.zeros((2, 3, 4)), max_speed=max_speed)
