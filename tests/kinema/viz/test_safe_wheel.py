"""The colour wheel for everyone: its directions stay apart under simulated colour-vision deficiencies."""

import itertools

import numpy as np
import pytest

from kinema.viz import flow_to_color, wheel_picture
from kinema.viz.cielab import to_lab
from kinema.viz.color_wheel import UNKNOWN, WHEELS, wheel_hues

# Machado, Oliveira & Fernandes (2009), severity 1, for linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
COMPASS = np.radians(45 * np.arange(8))


def seen(rgb, sight):
    """CIELAB of uint8 colours as they look to an eye."""
    rgb = np.asarray(rgb) / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.asarray(SIGHT[sight]).T, 0, 1)
    return to_lab(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def compass(wheel, speed=1.0):
    """Colours of the eight directions, uint8 (8, 3)."""
    flow = speed * np.stack([np.cos(COMPASS), np.sin(COMPASS)])
    return flow_to_color(flow[:, None], max_speed=1.0 + 1e-9, wheel=wheel)[0]


def smallest(colors):
    """Smallest distance between any two."""
    return min(np.linalg.norm(p - q) for p, q in itertools.combinations(colors, 2))


@pytest.mark.parametrize("row", SIGHT.values())
def test_the_simulations_leave_white_and_black_as_they_are(row):
    np.testing.assert_allclose(np.sum(row, axis=1), 1, atol=2e-6)  # six printed digits


@pytest.mark.parametrize("sight", SIGHT)
def test_its_compass_directions_stay_further_apart_than_middleburys(sight):
    safe, middlebury = (smallest(seen(compass(wheel), sight)) for wheel in ("safe", "middlebury"))
    assert safe > 1.3 * middlebury
    assert safe > 20  # 2 can just be told apart side by side; a map needs several times that


def test_at_half_the_speed_the_worst_eye_still_tells_them_apart():
    # Paler colours lie closer on either wheel; in plain sight Middlebury's are then even the further apart ones.
    safe, middlebury = (min(smallest(seen(compass(w, 0.5), s)) for s in SIGHT) for w in ("safe", "middlebury"))
    assert safe > 10
    assert safe > 4 * middlebury


@pytest.mark.parametrize("sight", SIGHT)
def test_its_directions_are_far_from_no_motion_and_from_unknown(sight):
    colors = seen(compass("safe"), sight)
    for other in (255, UNKNOWN):
        assert np.linalg.norm(colors - seen([[other] * 3], sight), axis=1).min() > 20


@pytest.mark.parametrize("sight", SIGHT)
def test_opposite_directions_are_the_most_different(sight):
    colors = seen(compass("safe"), sight)
    for k in range(8):
        distance = np.linalg.norm(colors - colors[k], axis=1)
        assert (np.argmax(distance) - k) % 8 in (3, 4, 5)
        assert (np.argsort(distance)[1] - k) % 8 in (1, 7)


def test_it_goes_round_without_a_seam():
    hues = wheel_hues("safe")
    assert hues.shape == (65, 3)
    assert hues[0].tolist() == hues[-1].tolist()
    angle = np.radians(np.arange(0, 720))
    around = flow_to_color(np.stack([np.cos(angle), np.sin(angle)])[:, None], max_speed=2.0, wheel="safe")[0].astype(int)
    assert np.abs(np.diff(around, axis=0)).max() <= 4  # levels per degree, at half saturation


def test_right_is_orange_left_is_dark_blue_down_is_pale():
    right, down, left, up = compass("safe")[::2].astype(int)
    assert right[0] > right[1] > right[2] and right[0] > 200
    assert left[2] > left[0] and left.max() < 110
    assert down.min() > 140
    assert up[0] > up[2] and up.max() < 130


def test_no_motion_unknown_and_faster_than_the_rim_look_as_on_the_other_wheel():
    flow = np.array([[[0.0, np.nan, 5.0]], [[0.0, 1.0, 0.0]]])
    still, unknown, fast = flow_to_color(flow, max_speed=1.0, wheel="safe")[0]
    assert still.tolist() == [255] * 3 and unknown.tolist() == [128] * 3
    np.testing.assert_array_equal(fast, np.floor(0.75 * wheel_hues("safe")[0]))


def test_its_picture_shows_each_direction_at_its_place():
    picture = wheel_picture(101, wheel="safe")
    for (row, column), k in {(50, 100): 0, (100, 50): 2, (50, 0): 4, (0, 50): 6}.items():
        assert np.abs(picture[row, column].astype(int) - compass("safe")[k]).max() <= 1  # bytes, rounded down
    assert not np.array_equal(picture, wheel_picture(101))


def test_other_wheels_are_refused():
    assert WHEELS == ("middlebury", "safe")
    for draw in (lambda: flow_to_color(np.zeros((2, 3, 4)), wheel="hsv"), lambda: wheel_picture(11, wheel="hsv")):
        with pytest.raises(ValueError, match="wheel must be one of 'middlebury', 'safe', got 'hsv'"):
            draw()
