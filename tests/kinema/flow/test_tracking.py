"""The sparse tracker: sub-pixel answers, its levels, OpenCV's, and the ways to lose a point."""

import cv2
import numpy as np
import pytest

from kinema.data import load_pair, moving_pair, texture, translation_flow
from kinema.filters import correlate1d
from kinema.flow import good_features, track, track_points, tracking
from kinema.flow.derivatives import central_difference
from kinema.sampling import sample_bilinear

SHAPE = (97, 121)


def pair_of(u, v, shape=SHAPE, shortest=16, longest=80, seed=0):
    return moving_pair(texture(seed, shortest=shortest, longest=longest), translation_flow(u, v, shape))


def lattice(shape=SHAPE, first=2.3, step=9.0):
    """Points between the pixels, from 2.3 pixels off one border to less than that off the other."""
    y, x = np.mgrid[first : shape[0] - 1 : step, first : shape[1] - 1 : step]
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def off(motion, points, u, v):
    return np.hypot(*(motion.points - points - [u, v]).T)


# Known answers


@pytest.mark.parametrize("u, v", [(0.4, -0.7), (-3.3, 2.2), (-0.5, 0.25)])
def test_a_sub_pixel_motion_is_recovered_also_near_the_border(u, v):
    pair, points = pair_of(u, v, shortest=12), lattice()
    motion = track_points(pair.I0, pair.I1, points, tolerance=1e-4)
    stays = np.all((points + [u, v] >= 0) & (points + [u, v] <= [120, 96]), axis=-1)
    assert not motion.ok[~stays].any()
    assert motion.ok[stays].mean() > 0.98  # a corner's window may hold too little
    assert np.nanmedian(off(motion, points, u, v)) < 0.01
    # Bilinear sampling bends a wave of 12 by up to 3 %, differently at both ends of the arrow.
    assert np.nanmax(off(motion, points, u, v)) < 0.06
    rim = np.min(np.minimum(points, [120, 96] - points), axis=-1) < 7
    assert 0.2 < rim.mean() < 0.5
    assert np.nanmedian(off(motion, points, u, v)[rim]) < 0.015  # down to half the equations


@pytest.mark.parametrize("u, v", [(10, -6), (-5, 9), (0, 0)])
def test_a_motion_of_whole_pixels_is_exact(u, v):
    pair, points = pair_of(u, v), lattice()
    motion = track_points(pair.I0, pair.I1, points, tolerance=1e-6)
    # Both ends of the arrow are sampled alike: what is left is the last step, which converges fast.
    assert np.nanmax(off(motion, points, u, v)) < 1e-5
    assert np.max(motion.residual[motion.ok]) < 1e-6


def test_each_level_doubles_the_motion_of_the_one_before():
    pair = pair_of(10, -6, (161, 180), shortest=24)
    y, x = np.mgrid[50:111:10, 50:131:10].astype(float)
    points = np.stack([x.ravel(), y.ravel()], axis=-1)
    motion = track_points(pair.I0, pair.I1, points, levels=4)
    assert motion.per_level.shape == (4, len(points), 2)
    halved = np.median(motion.per_level, axis=1)
    np.testing.assert_allclose(halved[:, 0], [1.25, 2.5, 5, 10], rtol=0.03)
    np.testing.assert_allclose(halved[:, 1], [-0.75, -1.5, -3, -6], rtol=0.03)
    np.testing.assert_array_equal(motion.points - points, motion.per_level[-1] + points - points)


def test_one_level_cannot_see_a_large_motion_and_a_guess_helps_it():
    pair, points = pair_of(10, -6, shortest=8, longest=30), lattice(first=20.3)
    alone = track_points(pair.I0, pair.I1, points, levels=1)
    guided = track_points(pair.I0, pair.I1, points, levels=1, guess=np.full(points.shape, [9.0, -5.0]))
    assert np.nanmedian(off(alone, points, 10, -6)) > 3
    assert np.nanmedian(off(guided, points, 10, -6)) < 1e-3
    # A guess is pixels of the frame, whatever the levels.
    deep = track_points(pair.I0, pair.I1, points, levels=3, guess=np.full(points.shape, [10.0, -6.0]), iterations=1)
    assert np.nanmax(off(deep, points, 10, -6)) < 0.02  # one step a level: coarse ones spoil a little what was perfect


def test_the_residual_is_that_of_the_answer():
    pair, points = pair_of(0.4, -0.7), lattice(first=20.3)
    motion = track_points(pair.I0, pair.I1, points, levels=1, iterations=1, window=7)
    dy, dx = np.mgrid[-3:4, -3:4]
    for k in (0, 17, 40):
        (x, y), (to_x, to_y) = points[k], motion.points[k]
        difference = sample_bilinear(pair.I1, to_x + dx, to_y + dy) - sample_bilinear(pair.I0, x + dx, y + dy)
        assert motion.residual[k] == pytest.approx(np.sqrt(np.mean(difference**2)), rel=1e-6)


# Peers


def corners(middlebury, name):
    pair = load_pair("middlebury", name, middlebury)
    I0, I1 = (np.rint(I.mean(axis=-1)).astype(np.uint8) for I in pair[:2])
    points = good_features(I0.astype(np.float32) / 255, max_points=200, window=15)
    return I0, I1, np.asarray(points, np.float32)


def apart_from_opencv(I0, I1, points):
    """Distance of our answers from OpenCV's, where both give one."""
    ours = track_points(I0, I1, points, levels=4, window=15)
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 30, 0.001)
    theirs, found, _ = cv2.calcOpticalFlowPyrLK(I0, I1, points[:, None, :], None, winSize=(15, 15), maxLevel=3, criteria=stop)
    both = ours.ok & (found[:, 0] == 1)
    assert both.mean() > 0.95
    return np.hypot(*(ours.points - theirs[:, 0, :]).T)[both]


def test_answers_on_a_real_pair_are_opencvs_to_a_fiftieth_of_a_pixel(middlebury):
    distance = apart_from_opencv(*corners(middlebury, "RubberWhale"))
    assert np.mean(distance < 0.02) > 0.9


@pytest.mark.parametrize("name", ["Dimetrodon", "Hydrangea", "RubberWhale"])
def test_with_opencvs_slopes_the_answers_are_opencvs(middlebury, monkeypatch, name):
    # OpenCV smooths its differences across by (3, 10, 3) / 16 (Scharr). That alone sets the two apart.
    def scharr(image, axis):
        return correlate1d(central_difference(image, axis), (3 / 16, 10 / 16, 3 / 16), -2 if axis == -1 else -1)

    monkeypatch.setattr(tracking, "central_difference", scharr)
    distance = apart_from_opencv(*corners(middlebury, name))
    # OpenCV rounds its levels to bytes and its weights to 14 bits: a few thousandths of a pixel.
    assert np.mean(distance < 0.005) > 0.95


# Lost


def test_a_point_that_leaves_the_frame_is_not_ok_and_has_no_position():
    pair = pair_of(6, -4)
    points = np.array([[116.0, 50.0], [60.0, 2.0], [60.0, 50.0]])
    motion = track_points(pair.I0, pair.I1, points)
    assert motion.ok.tolist() == [False, False, True]
    assert np.all(np.isnan(motion.points[:2])) and np.all(np.isfinite(motion.points[2]))


def test_a_flat_region_and_an_edge_are_not_ok(put, get, dtype):
    image = np.where(np.mgrid[:61, :80][1] > 40, 0.8, 0.2)
    motion = track_points(put(image, dtype), put(image, dtype), put(np.array([[20.0, 30.0], [40.5, 30.0]]), dtype), levels=2)
    assert get(motion.ok).tolist() == [False, False]
    assert np.all(np.isnan(get(motion.points)))
    assert np.all(np.isfinite(get(motion.per_level)))


def test_the_texture_asked_for_is_the_smaller_eigenvalue_per_pixel_of_the_window():
    pair, points = pair_of(0.4, -0.7), np.array([[60.0, 50.0]])
    Iy, Ix = np.gradient(pair.I0)
    window = np.s_[46:55, 56:65]
    J = [[np.sum(Ix[window] ** 2), np.sum((Ix * Iy)[window])], [np.sum((Ix * Iy)[window]), np.sum(Iy[window] ** 2)]]
    least = np.linalg.eigvalsh(J)[0] / 81
    for factor, ok in ((0.999, True), (1.001, False)):
        motion = track_points(pair.I0, pair.I1, points, window=9, min_eigenvalue=least * factor)
        assert motion.ok.tolist() == [ok]


# Clips


def clip(count, u=1.5, v=-0.75, shape=SHAPE):
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    pattern = texture(0, shortest=16, longest=80)
    return [pattern(x - u * t, y - v * t) for t in range(count)]


def test_points_are_followed_through_a_generator():
    points = lattice(first=30.3, step=12.0)
    tracks = track((frame for frame in clip(6)), points)
    assert tracks.points.shape == (6, len(points), 2) and tracks.alive.shape == (6, len(points))
    assert np.array_equal(tracks.points[0], points)
    truth = points[None] + np.arange(6)[:, None, None] * [1.5, -0.75]
    inside = np.all((truth >= 0) & (truth <= [120, 96]), axis=-1)
    assert tracks.alive[inside].mean() > 0.98
    # Errors of five steps add up: 0.01 each, mostly of one sign.
    assert np.nanmedian(np.hypot(*np.moveaxis(tracks.points - truth, -1, 0))[-1]) < 0.05


def test_a_lost_point_stays_lost_and_the_others_go_on():
    points = np.array([[112.0, 50.0], [60.0, 50.0]])
    tracks = track(clip(8, u=3.0, v=-1.0), points)
    assert tracks.alive[:, 1].all()
    gone = np.flatnonzero(~tracks.alive[:, 0])
    assert gone[0] == 3  # 112, 115, 118, and 121 is outside
    assert np.array_equal(gone, np.arange(3, 8))
    assert np.all(np.isnan(tracks.points[3:, 0])) and np.all(np.isfinite(tracks.points[:3, 0]))
    # Frames run back: a point that returns to the frame is not taken up again.
    there_and_back = clip(4, u=3.0, v=-1.0)
    again = track([*there_and_back, *there_and_back[::-1]], points)
    assert not again.alive[3:, 0].any() and again.alive[:, 1].all()


def test_the_way_back_starts_where_the_point_came_from():
    # 4 pixels are what one level can see in waves of 24; from the wrong side it would be twice as far.
    points = lattice(first=30.3, step=12.0)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(float)
    frames = [texture(0, shortest=24, longest=80)(x - 4 * t, y + 2 * t) for t in range(2)]
    assert track(frames, points, levels=1, iterations=3).alive[1].mean() > 0.9


def test_all_points_may_be_lost():
    tracks = track([np.full((40, 50), 0.5)] * 3, np.array([[20.0, 20.0], [30.0, 10.0]]))
    assert tracks.alive.tolist() == [[True, True], [False, False], [False, False]]


def test_an_occluder_is_noticed_by_tracking_back():
    # A disc of another texture slides over a still ground, 4 pixels a frame, and covers the first point.
    y, x = np.mgrid[:97, :121].astype(float)
    ground, cover = texture(0, shortest=8, longest=40), texture(7, shortest=8, longest=40)
    frames = [
        np.where(np.hypot(x - 20 - 4 * t, y - 48) < 16, cover(x - 4 * t, y), ground(x, y)) for t in range(11)
    ]
    points = np.array([[60.0, 48.0], [60.0, 10.0], [100.0, 85.0]])
    tracks = track(frames, points, levels=2)
    assert not tracks.alive[-1, 0]
    assert tracks.alive[:5, 0].all()  # the disc's rim is still 8 pixels off
    assert tracks.alive[:, 1:].all()
    # Without the check the point is carried off, or worse, sits there as if it were seen.
    assert track(frames, points, levels=2, max_round_trip=np.inf).alive[-1, 0]


def test_a_wrong_match_does_not_survive_the_way_back():
    # Frames of nothing in common: some point always finds "something".
    first, second = (texture(k, shortest=8)(*np.meshgrid(np.arange(121.0), np.arange(97.0))) for k in (0, 1))
    points = lattice(first=20.3)
    assert track_points(first, second, points).ok.mean() > 0.5
    assert track([first, second], points).alive[1].mean() < 0.15


# Kinds of arrays


def test_every_library_gives_numpys_answers(put, get, dtype, same_kind):
    pair, points = pair_of(2.4, -1.7), lattice(first=10.3, step=20.0)
    expected = track_points(pair.I0, pair.I1, points)
    I0 = put(pair.I0, dtype)
    motion = track_points(I0, put(pair.I1, dtype), put(points, dtype))
    for part in (motion.points, motion.residual, motion.per_level):
        same_kind(part, I0)
    # In float32 positions near 100 are good to 1e-5; a level may stop a step earlier, below the tolerance of 0.005.
    atol = 5e-3 if dtype == "float32" else 1e-9
    np.testing.assert_allclose(get(motion.points), expected.points, atol=atol)
    np.testing.assert_array_equal(get(motion.ok), expected.ok)
    tracks = track([I0, put(pair.I1, dtype), I0], put(points, dtype))
    same_kind(tracks.points, I0)
    assert get(tracks.alive).dtype == bool


@pytest.mark.parametrize("frames, points", [("uint8", "float64"), ("float32", "float64"), ("float64", "float32")])
def test_points_may_have_another_precision_than_frames(put, get, frames, points):
    image = np.rint(255 * clip(1)[0]) if frames == "uint8" else clip(1)[0]
    given = put(np.array([[60.0, 50.0], [30.5, 40.25]]), points)
    tracks = track([put(image, frames)] * 3, given)
    assert get(tracks.alive).all()
    np.testing.assert_allclose(get(tracks.points)[-1], get(given), atol=1e-6)


def test_points_that_are_integers_are_followed_between_pixels_and_lost_as_nan(put, get):
    frames = [put(I) for I in clip(3)]
    given = np.array([[60, 50], [30, 40], [1, 1]])
    got, want = (track(frames, put(given, kind)) for kind in ("int64", "float64"))
    assert np.isnan(get(want.points)).any() and np.isfinite(get(want.points)[-1]).any()
    np.testing.assert_array_equal(get(got.points), get(want.points))


def test_no_points_are_tracked_without_complaint(put, get, dtype):
    image = put(clip(1)[0], dtype)
    motion = track_points(image, image, put(np.zeros((0, 2)), dtype), levels=3)
    assert motion.points.shape == (0, 2) and motion.ok.shape == (0,) and motion.per_level.shape == (3, 0, 2)
    assert track([image, image], put(np.zeros((0, 2)), dtype)).points.shape == (2, 0, 2)


# Refusals


def test_it_refuses(put):
    I0, I1 = (put(I) for I in pair_of(1, -1, (40, 50))[:2])
    points = put(np.array([[20.0, 10.0]]))

    def refused(message, *given, **options):
        with pytest.raises(ValueError, match=message):
            track_points(*(given or (I0, I1, points)), **options)

    refused(r"points\[0\] = \(50, 10\) lies outside the 50 x 40 frame", I0, I1, put(np.array([[50.0, 10.0]])))
    refused(r"points\[1\] = \(nan, 3\) lies outside", I0, I1, put(np.array([[5.0, 5.0], [np.nan, 3.0]])))
    refused(r"expected \(N, 2\)", I0, I1, put(np.zeros((2, 3))))
    refused("the two frames must agree", I0, I1[1:, ...], points)
    refused("one pair of gray frames", I0[None, ...], I1[None, ...], points)
    refused("window must be an odd", window=8)
    for name in ("levels", "iterations"):
        for value in (0, 1.5, True):
            refused(f"{name} must be a positive integer", **{name: value})
    for tolerance in (-1, float("nan")):
        refused("tolerance must be at least 0", tolerance=tolerance)
    refused("ask for at most", levels=8)
    refused("one guess per point", guess=put(np.zeros((2, 2))))
    refused("guess contains NaN", guess=put(np.full((1, 2), np.nan)))
    for distance in (-0.5, float("nan")):
        with pytest.raises(ValueError, match="max_round_trip must be at least 0"):
            track([I0, I1], points, max_round_trip=distance)


@pytest.mark.parametrize("count", [0, 1])
def test_a_clip_of_fewer_than_two_frames_is_refused(count):
    with pytest.raises(ValueError, match=f"a track needs at least two frames, got {count}"):
        track(iter(clip(count)), np.array([[20.0, 10.0]]))
    with pytest.raises(ValueError, match="lies outside"):
        track(clip(2), np.array([[20.0, 100.0]]))
