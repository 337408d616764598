"""Camera paths, steady clips and mosaics, against clips whose camera is known."""

import numpy as np
import pytest

from kinema.data import load_clip, texture
from kinema.flow import (
    camera_path,
    common_view,
    corner_error,
    frame_centre,
    inverse_matrix,
    matrix_of,
    mosaic,
    smooth_path,
    stabilise,
    transform_points,
)

SHAPE = (49, 66)
SCENE = texture(4, shortest=10.0, longest=120.0)


def jittery_path(count=7, seed=0):
    """A pan of (3, -1) pixels/frame with a hand's tremble in all six parameters."""
    rng = np.random.default_rng(seed)
    path = []
    for k in range(count):
        shake = rng.normal(size=6) * [0.8, 0.004, 0.004, 0.8, 0.004, 0.004] * (k > 0)
        path.append(matrix_of("affine", shake + [3.0 * k, 0, 0, -1.0 * k, 0, 0], origin=frame_centre(SHAPE)))
    return np.stack(path)


def filmed(path, shape=SHAPE, scene=SCENE):
    """Frames with frames[k](path[k] x) = scene(x), to the last bit."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    points = np.stack([x.ravel(), y.ravel()], axis=-1)
    places = [transform_points(np.linalg.inv(matrix), points).T.reshape(2, *shape) for matrix in path]
    return np.stack([scene(*place) for place in places])


PATH = jittery_path()
FRAMES = filmed(PATH)


def about(path, reference):
    """The same path, referred to another frame."""
    return path @ np.linalg.inv(path[reference])


# Paths


@pytest.mark.parametrize("reference", [0, 3, -1])
def test_the_path_is_the_one_that_was_filmed(reference):
    path = camera_path(FRAMES, reference=reference)
    np.testing.assert_array_equal(path[reference], np.eye(3))
    for found, true in zip(path, about(PATH, reference), strict=True):
        assert corner_error(found, true, SHAPE) < 0.05  # up to six links of the chain, each off by less than 0.01 px


def test_the_path_is_double_precision_in_the_frames_namespace(put, get, xp, dtype):
    frames = put(FRAMES[:3], dtype)
    path = camera_path(frames)
    assert path.dtype == xp.float64 and type(path) is type(frames) and path.device == frames.device
    assert max(corner_error(a, b, SHAPE) for a, b in zip(get(path), PATH, strict=False)) < 0.05


def test_colour_goes_by_the_mean_of_its_channels():
    colour = np.stack([FRAMES[:3] + d for d in (-0.2, 0.0, 0.2)], axis=-1)
    np.testing.assert_allclose(camera_path(colour, channel_axis=-1), camera_path(FRAMES[:3]), atol=1e-8)


def test_options_reach_the_estimate():
    path = camera_path(FRAMES[:3], model="translation")
    np.testing.assert_array_equal(path[:, :2, :2], np.stack([np.eye(2)] * 3))


# Smoothing


def test_a_camera_that_stands_still_is_left_alone(put, get, same_kind, dtype):
    path = put(np.stack([np.eye(3)] * 9), dtype)
    smooth = smooth_path(path, sigma=2.0)
    same_kind(smooth, path)
    np.testing.assert_allclose(get(smooth), get(path), atol=1e-6 if dtype == "float32" else 1e-14)


def test_an_even_pan_is_kept_away_from_the_ends():
    path = np.stack([matrix_of("translation", (3.0 * k, -1.0 * k)) for k in range(41)])
    smooth = smooth_path(path, sigma=3.0)
    # The window reaches 3.3 sigma to either side before its weight is below 0.5 %.
    np.testing.assert_allclose(smooth[15:-15], path[15:-15], atol=1e-4)
    assert np.all(np.abs(smooth[0] - path[0])[:2, 2] > 0.5)  # at the end only one side is averaged


def test_tremble_shrinks_as_the_gaussian_says():
    rng = np.random.default_rng(1)
    shake = rng.normal(size=(1200, 2))
    path = np.stack([matrix_of("translation", s) for s in shake])
    left = smooth_path(path, sigma=4.0)[50:-50, :2, 2]
    # White noise through a Gaussian of sigma s keeps 1 / (2 sqrt(pi) s) of its variance. Its values are
    # alike over some 14 frames, so 2 x 1100 of them are 160 independent ones: a scatter of 11 %, three times.
    np.testing.assert_allclose(left.var() * 2 * np.sqrt(np.pi) * 4.0, 1, atol=0.35)


def test_the_smooth_path_does_not_depend_on_the_reference():
    expected = smooth_path(PATH, sigma=2.0) @ np.linalg.inv(PATH[4])
    np.testing.assert_allclose(smooth_path(about(PATH, 4), sigma=2.0), expected, atol=1e-9)


# Steady clips


def test_a_camera_held_still_shows_the_reference_in_every_frame():
    steady = stabilise(FRAMES, sigma=None, path=PATH)
    np.testing.assert_array_equal(steady.frames[0], FRAMES[0])
    np.testing.assert_array_equal(np.isfinite(steady.frames), steady.seen)
    # Cubic convolution on waves of 10 pixels.
    assert np.nanmax(np.abs(steady.frames - FRAMES[0])) < 0.02
    assert np.abs(FRAMES[5] - FRAMES[0]).max() > 0.2


def test_a_smoothed_clip_moves_along_the_smooth_path():
    steady = stabilise(FRAMES, sigma=2.0, path=PATH)
    np.testing.assert_allclose(steady.smooth, smooth_path(PATH, sigma=2.0))
    expected = filmed(steady.smooth)
    assert np.nanmax(np.abs(steady.frames - expected)) < 0.02


def test_the_whole_chain_takes_the_tremble_out():
    steady = stabilise(FRAMES, sigma=None)
    rows, columns = common_view(steady.seen)
    calm = steady.frames[:, rows, columns]
    assert calm.shape[1] > 30 and calm.shape[2] > 30
    before = np.mean([corner_error(m, np.eye(3), SHAPE) for m in PATH])
    after = np.mean([corner_error(m, np.eye(3), calm.shape[1:]) for m in camera_path(calm)])
    assert before > 9
    assert after < 0.05


def test_steady_colour_clips_keep_their_layout(put, get, same_kind, dtype):
    frames, path = FRAMES[:3], put(PATH[:3])
    gray = get(stabilise(put(frames, dtype), path=path).frames)
    for axis in (1, -1):
        colour = put(np.stack([frames, 1 - frames], axis=axis), dtype)
        steady = stabilise(colour, path=path, channel_axis=axis)
        same_kind(steady.frames, colour)
        assert tuple(steady.frames.shape) == tuple(colour.shape)
        assert tuple(steady.seen.shape) == (3, *SHAPE)
        np.testing.assert_allclose(np.take(get(steady.frames), 0, axis=axis), gray, atol=1e-5)
        np.testing.assert_allclose(np.take(get(steady.frames), 1, axis=axis), 1 - gray, atol=1e-5)


def largest_rectangle(mask):
    """Area of the largest rectangle of ones, by trying all."""
    best = 0
    for top in range(mask.shape[0]):
        for left in range(mask.shape[1]):
            for bottom in range(top + 1, mask.shape[0] + 1):
                for right in range(left + 1, mask.shape[1] + 1):
                    if mask[top:bottom, left:right].all():
                        best = max(best, (bottom - top) * (right - left))
    return best


def test_the_common_view_is_the_largest_rectangle_of_all(put):
    for seed in range(20):
        seen = np.random.default_rng(seed).uniform(size=(3, 6, 8)) < 0.93
        rows, columns = common_view(put(seen))
        assert seen[:, rows, columns].all()
        assert seen[0, rows, columns].size == largest_rectangle(seen.all(axis=0))
    assert seen[:, *common_view(np.zeros((2, 4, 5), bool))].size == 0


# Mosaics


def whole_pixel_clip():
    """Five frames of a wide picture, 4 pixels right and 2 up from each to the next."""
    path = np.stack([matrix_of("translation", (-4.0 * k, 2.0 * k)) for k in range(5)])
    return filmed(path), path


@pytest.mark.parametrize("blend", ["median", "mean", "feather"])
def test_a_mosaic_of_whole_pixel_moves_is_the_scene_itself(put, get, dtype, blend):
    frames, path = whole_pixel_clip()
    result = mosaic(put(frames, dtype), path=put(path), blend=blend)
    image, count = get(result.image), get(result.count)
    assert result.origin == (0, -8)
    assert image.shape == (SHAPE[0] + 8, SHAPE[1] + 16)
    y, x = np.mgrid[-8 : SHAPE[0], : SHAPE[1] + 16].astype(float)
    expected = np.zeros(image.shape, int)
    for k in range(5):
        expected[8 - 2 * k : 8 - 2 * k + SHAPE[0], 4 * k : 4 * k + SHAPE[1]] += 1
    np.testing.assert_array_equal(count, expected)
    np.testing.assert_array_equal(np.isnan(image), expected == 0)
    np.testing.assert_allclose(image[expected > 0], SCENE(x, y)[expected > 0], atol=2e-6 if dtype == "float32" else 1e-12)


def test_the_median_forgets_what_only_passes_by():
    frames, path = whole_pixel_clip()
    clean = mosaic(frames, path=path)
    visited = frames.copy()
    visited[2, 15:30, 20:35] = 1.0  # in one frame of five
    everywhere = clean.count == 5
    assert np.abs(mosaic(visited, path=path).image - clean.image)[everywhere].max() < 0.15
    ghost = {b: np.abs(mosaic(visited, path=path, blend=b).image - clean.image) for b in ("median", "mean")}
    assert ghost["median"][everywhere].mean() < 0.05 * ghost["mean"][everywhere].mean()


def test_the_median_of_two_is_their_mean():
    result = mosaic(np.stack([np.full(SHAPE, 0.4), np.full(SHAPE, 0.7)]), path=np.stack([np.eye(3)] * 2))
    np.testing.assert_allclose(result.image, 0.55)


def test_feathering_leaves_no_seam():
    # The second frame is brighter by 0.2: the mean jumps where it begins, the feathered one rises.
    path = np.stack([np.eye(3), matrix_of("translation", (-20.0, 0))])
    frames = np.stack([np.full(SHAPE, 0.4), np.full(SHAPE, 0.6)])
    jump = {b: np.abs(np.diff(mosaic(frames, path=path, blend=b).image[24])).max() for b in ("mean", "feather")}
    np.testing.assert_allclose(jump["mean"], 0.1)
    assert jump["feather"] < 0.02


def test_a_colour_mosaic_keeps_its_colour_axis():
    frames, path = whole_pixel_clip()
    gray = mosaic(frames, path=path).image
    for axis, place in ((1, 0), (-1, -1), (3, 2), (-3, -3)):
        image = mosaic(np.stack([frames, 1 - frames], axis=axis), path=path, channel_axis=axis).image
        np.testing.assert_allclose(np.take(image, 1, axis=place), 1 - gray, atol=1e-12)


def test_an_estimated_mosaic_matches_the_scene():
    # The middle frame as reference; frame 3's own pixels are the canvas', so the scene is known there.
    result = mosaic(FRAMES, reference=3)
    x0, y0 = result.origin
    height, width = result.image.shape
    y, x = np.mgrid[y0 : y0 + height, x0 : x0 + width].astype(float)
    points = transform_points(inverse_matrix(PATH[3]), np.stack([x.ravel(), y.ravel()], axis=-1))
    assert np.nanmedian(np.abs(result.image - SCENE(*points.T.reshape(2, height, width)))) < 0.002
    assert width > SHAPE[1] + 10


# Filmed


def sharpness(image):
    return np.sqrt(np.mean(np.square(np.gradient(image))))


def test_the_drifting_city_holds_still_and_averages_to_a_sharper_picture():
    # Eight frames: over more of them the towers, at different distances, part by parallax, which no plane explains.
    frames = load_clip("city", stop=8).gray
    path = camera_path(frames, model="perspective")
    steady = stabilise(frames, sigma=None, path=path)
    rows, columns = common_view(steady.seen)
    inner = np.s_[rows.start + 4 : rows.stop - 4, columns.start + 4 : columns.stop - 4]
    raw, calm = (x[:, *inner] for x in (frames, steady.frames))
    assert np.abs(calm - calm[0]).mean() < 0.6 * np.abs(raw - raw[0]).mean()
    assert sharpness(calm.mean(axis=0)) > 1.1 * sharpness(raw.mean(axis=0))


# Refusals


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: camera_path(FRAMES[0]), "a clip needs"),
        (lambda: camera_path(FRAMES[None], channel_axis=0), "time axis"),
        (lambda: camera_path(FRAMES, reference=7), "reference=7 is no frame"),
        (lambda: smooth_path(PATH, sigma=0), "sigma must be"),
        (lambda: smooth_path(PATH[0]), r"expected \(T, 3, 3\)"),
        (lambda: stabilise(FRAMES, path=PATH[:3]), r"expected \(7, 3, 3\)"),
        (lambda: mosaic(FRAMES, path=PATH, blend="max"), "blend must be one of"),
        (lambda: mosaic(FRAMES, path=PATH, model="affine"), "model would find a path, but path is given"),
        (lambda: stabilise(FRAMES, path=PATH, typo=3), "typo would find a path, but path is given"),
        (lambda: mosaic(FRAMES[:2], path=np.stack([np.eye(3), matrix_of("translation", (9e3, 9e3))])), "canvas"),
        (lambda: mosaic(FRAMES[:2], path=np.stack([np.eye(3), matrix_of("perspective", (0,) * 6 + (0.05, 0))])), "infinity|canvas"),
    ],
)
def test_what_makes_no_clip_or_path_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
