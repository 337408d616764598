"""One motion for the whole frame, coarse to fine: large motions, intruders, agreement with OpenCV."""

import numpy as np
import pytest

from kinema.data import moving_pair, texture, translation_flow
from kinema.flow import (
    corner_error,
    estimate_motion,
    frame_centre,
    homography_flow,
    matrix_of,
    motion_field,
    parameters_of,
    residual_scale,
    robust_weights,
)

SHAPE = (97, 130)  # odd and even, not square
FOCAL = 150.0
SMALL = {
    "translation": (2.3, -3.1),
    "affine": (2.0, 0.02, -0.03, -1.5, 0.04, -0.01),
    "perspective": (2.0, 0.02, -0.03, -1.5, 0.04, -0.01, 2e-4, -3e-4),
    "rotation": (0.01, -0.02, 0.03),
}
LARGE = {
    "translation": (13.0, -9.0),
    "affine": (12.0, 0.04, -0.05, -9.0, 0.06, -0.03),
    "perspective": (12.0, 0.04, -0.05, -9.0, 0.06, -0.03, 2e-4, -3e-4),
    "rotation": (0.03, -0.04, 0.06),
}


def scene(seed, shortest=8.0):
    """Texture with coarse structure too, as photographs have it: their power falls with frequency."""
    return texture(seed, shortest=shortest, longest=160.0)


def pair_of(model, parameters, shape=SHAPE, seed=0):
    return moving_pair(scene(seed), motion_field(model, parameters, shape, focal=FOCAL))


def truth_of(model, parameters, shape=SHAPE):
    return matrix_of(model, parameters, origin=frame_centre(shape), focal=FOCAL)


@pytest.mark.parametrize("model", SMALL)
def test_a_motion_of_a_few_pixels_is_found_on_every_backend(put, get, same_kind, dtype, model):
    pair = pair_of(model, SMALL[model])
    I0 = put(pair.I0, dtype)
    estimate = estimate_motion(I0, put(pair.I1, dtype), model=model, focal=FOCAL)
    for result in (estimate.parameters, estimate.matrix, estimate.weights):
        same_kind(result, I0)
    assert estimate.converged
    # 0.02 px: what cubic convolution errs on waves of 8 pixels, over their slope, when all of the frame shares one phase.
    assert corner_error(get(estimate.matrix), truth_of(model, SMALL[model]), SHAPE) < 0.02
    matrix = matrix_of(model, get(estimate.parameters).astype(float), origin=frame_centre(SHAPE), focal=FOCAL)
    assert corner_error(get(estimate.matrix), matrix, SHAPE) < (1e-3 if dtype == "float32" else 1e-9)


@pytest.mark.parametrize("model", LARGE)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_motion_of_ten_to_twenty_pixels_is_found_by_the_pyramid(model, seed):
    shape = (180, 241)
    pair = pair_of(model, LARGE[model], shape, seed)
    assert 10 < np.hypot(*pair.flow).max() < 25
    estimate = estimate_motion(pair.I0, pair.I1, model=model, focal=FOCAL)
    assert corner_error(estimate.matrix, truth_of(model, LARGE[model], shape), shape) < 0.02


def test_without_a_pyramid_the_large_motion_is_missed():
    pair = pair_of("translation", LARGE["translation"], (180, 241))
    try:
        found = estimate_motion(pair.I0, pair.I1, model="translation", levels=1).matrix
    except ValueError:
        return  # it ran away altogether
    assert corner_error(found, truth_of("translation", LARGE["translation"], (180, 241)), (180, 241)) > 1


def test_the_levels_of_a_ten_pixel_motion_read_as_in_the_lecture():
    shape = (161, 242)
    pair = moving_pair(scene(3), translation_flow(10.0, -5.0, shape))
    history = estimate_motion(pair.I0, pair.I1, model="translation", levels=4).history
    assert [record.level for record in history] == [3, 2, 1, 0]
    # The lecture's own numbers, within 0.05 px of each level: a coarse level has few pixels, and a moving border.
    np.testing.assert_allclose([record.parameters[0] for record in history], [1.25, 2.5, 5, 10], atol=0.05)
    np.testing.assert_allclose([record.parameters[1] for record in history], [-0.625, -1.25, -2.5, -5], atol=0.05)


def test_steps_shrink_until_the_tolerance():
    pair = pair_of("affine", SMALL["affine"])
    # Plain least squares: robust weights change with the motion, and the steps of a coarse level may follow them about.
    for record in estimate_motion(pair.I0, pair.I1, tolerance=1e-4, robust=None).history:
        assert record.steps[-1] <= 1e-4 < record.steps[0]
        assert all(b < a for a, b in zip(record.steps, record.steps[1:], strict=False))
        assert len(record.residuals) == len(record.steps)
        assert record.residuals[-1] <= record.residuals[0]


def test_no_motion_is_no_motion():
    image = pair_of("translation", (0, 0)).I0
    for model in SMALL:
        estimate = estimate_motion(image, image, model=model, focal=FOCAL)
        assert corner_error(estimate.matrix, np.eye(3), SHAPE) < 1e-9
        assert np.all(estimate.weights == 1)


def test_a_known_start_spares_the_pyramid():
    model, shape = "affine", (180, 241)
    pair = pair_of(model, LARGE[model], shape)
    near = tuple(a + d for a, d in zip(LARGE[model], (0.5, 0, 0, -0.5, 0, 0), strict=True))
    estimate = estimate_motion(pair.I0, pair.I1, model=model, levels=1, initial=truth_of(model, near, shape))
    assert corner_error(estimate.matrix, truth_of(model, LARGE[model], shape), shape) < 0.02


def test_what_is_left_is_composed_on_the_side_of_the_first_frame():
    # Turned by 120 degrees, right and left all but change places: an increment put on the wrong side leads away.
    c, s = np.cos(2 * np.pi / 3), np.sin(2 * np.pi / 3)
    turned = (1.5, c - 1, -s, -1.0, s, c - 1)
    pair = pair_of("affine", turned)
    start = truth_of("affine", (0.0, c - 1, -s, 0.0, s, c - 1))
    estimate = estimate_motion(pair.I0, pair.I1, levels=1, initial=start)
    assert corner_error(estimate.matrix, truth_of("affine", turned), SHAPE) < 0.02


def test_bytes_give_what_their_brightness_gives():
    pair = pair_of("affine", SMALL["affine"])
    I0, I1 = (np.round(255 * I).astype(np.uint8) for I in pair[:2])
    estimate = estimate_motion(I0, I1)
    assert estimate.matrix.dtype == np.float32
    assert corner_error(estimate.matrix, truth_of("affine", SMALL["affine"]), SHAPE) < 0.02


def test_the_parameters_are_about_the_named_origin():
    pair = pair_of("affine", SMALL["affine"])
    about_corner = estimate_motion(pair.I0, pair.I1, origin=(0.0, 0.0))
    np.testing.assert_allclose(about_corner.parameters, parameters_of("affine", about_corner.matrix), atol=1e-12)
    assert corner_error(about_corner.matrix, estimate_motion(pair.I0, pair.I1).matrix, SHAPE) < 1e-3


@pytest.mark.parametrize("frames", [(41, 50), (40, 51), (33, 33)])
def test_odd_and_even_sides_find_the_same_motion(frames):
    # A level's first pixel lies over the finer level's first, so nothing shifts by half a pixel where a side is odd.
    small = (1.2, 0.02, -0.03, -0.8, 0.04, -0.01)
    pair = pair_of("affine", small, frames)
    estimate = estimate_motion(pair.I0, pair.I1)
    assert corner_error(estimate.matrix, truth_of("affine", small, frames), frames) < 0.03


# Robustness


def with_intruder(seed, shape=(120, 161)):
    """A quarter of the frame shows another texture that moves another way."""
    model = "affine"
    background = pair_of(model, SMALL[model], shape, seed)
    intruder = moving_pair(scene(seed + 50), translation_flow(-4.0, 3.0, shape))
    y, x = np.mgrid[: shape[0], : shape[1]]
    inside = (np.abs(x - 0.55 * shape[1]) < 0.25 * shape[1]) & (np.abs(y - 0.4 * shape[0]) < 0.25 * shape[0])
    assert 0.24 < inside.mean() < 0.26
    first = np.where(inside, intruder.I0, background.I0)
    second = np.where(np.roll(inside, (3, -4), (0, 1)), intruder.I1, background.I1)
    return first, second, inside, truth_of(model, SMALL[model], shape), shape


@pytest.mark.parametrize("robust", ["tukey", "geman_mcclure"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_quarter_of_the_frame_that_moves_otherwise_does_not_spoil_the_motion(robust, seed):
    I0, I1, inside, truth, shape = with_intruder(seed)
    estimate = estimate_motion(I0, I1, robust=robust)
    plain = estimate_motion(I0, I1, robust=None)
    error = corner_error(estimate.matrix, truth, shape)
    assert error < 0.02  # as without the intruder
    assert corner_error(plain.matrix, truth, shape) > 0.1
    assert estimate.weights[inside].mean() < 0.4
    assert estimate.weights[~inside].mean() > 0.8


def test_weights_are_one_at_zero_fall_with_the_residual_and_end_at_zero(put, get, dtype):
    r = put(np.array([0.0, 0.5, -0.5, 2.0, -9.37, 100.0, np.nan]), dtype)
    tukey, geman = (get(robust_weights(r, scale=2.0, kind=kind)) for kind in ("tukey", "geman_mcclure"))
    for w in (tukey, geman):
        assert w[0] == 1
        assert w[1] == w[2] > w[3] > w[4]
        assert w[6] == 0
    assert tukey[4] == 0  # just beyond 4.685 x 2
    np.testing.assert_allclose(tukey[3], (1 - (1 / 4.685) ** 2) ** 2, rtol=1e-6)
    np.testing.assert_allclose(geman[3], 0.64, rtol=1e-6)  # 1 / (1 + 1/4)²


def test_the_spread_is_the_gaussians_and_ignores_the_flat_half():
    rng = np.random.default_rng(0)
    residual, slope = rng.normal(scale=0.03, size=10000), np.ones(10000)
    # The median of 10000 has a standard error of 1.2 %.
    np.testing.assert_allclose(residual_scale(residual, slope), 0.03, rtol=0.05)
    sky = np.zeros(30000)
    np.testing.assert_allclose(residual_scale(np.append(residual, sky), np.append(slope, sky)), 0.03, rtol=0.05)
    wild = np.where(np.arange(10000) < 2500, 5.0, residual)
    # A quarter of intruders moves the median to the 2/3 quantile of the rest: 0.97 sigma against 0.67.
    np.testing.assert_allclose(residual_scale(wild, slope), 0.03 * 0.9674 / 0.6745, rtol=0.05)
    np.testing.assert_allclose(residual_scale(0 * residual, 2 * slope), 0.002)
    assert np.isnan(residual_scale(np.full(5, np.nan), np.ones(5)))


def test_pixels_that_leave_the_frame_count_nothing():
    pair = pair_of("translation", (9.0, -6.0))
    weights = estimate_motion(pair.I0, pair.I1, model="translation").weights
    assert np.all(weights[:, -8:] == 0)
    assert np.all(weights[:5] == 0)
    assert weights[8:, :-11].mean() > 0.8


# Peers


def test_opencvs_ecc_finds_the_same_motions():
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed: pip install 'kinema[bench]'")
    kinds = {"translation": cv2.MOTION_TRANSLATION, "affine": cv2.MOTION_AFFINE, "perspective": cv2.MOTION_HOMOGRAPHY}
    for model, kind in kinds.items():
        pair = pair_of(model, SMALL[model])
        start = np.eye(3, dtype=np.float32)[: 3 if model == "perspective" else 2]
        stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-8)
        I0, I1 = (np.ascontiguousarray(I, np.float32) for I in pair[:2])
        _, theirs = cv2.findTransformECC(I0, I1, start, kind, stop, None, 1)
        theirs = theirs if model == "perspective" else np.vstack([theirs, [0, 0, 1]])
        ours = estimate_motion(pair.I0, pair.I1, model=model)
        # OpenCV interpolates bilinearly, at 1/32 of a pixel: its own distance from the truth is some 0.02 px.
        assert corner_error(theirs, truth_of(model, SMALL[model]), SHAPE) < 0.1
        assert corner_error(ours.matrix, theirs.astype(float), SHAPE) < 0.1


def test_the_estimated_field_is_the_true_flow():
    pair = pair_of("perspective", SMALL["perspective"])
    estimate = estimate_motion(pair.I0, pair.I1, model="perspective")
    assert np.abs(homography_flow(estimate.matrix, SHAPE) - pair.flow).max() < 0.02


# Refusals


def frame(shape=SHAPE):
    return pair_of("translation", (0, 0), shape).I0


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: estimate_motion(frame(), frame((97, 131))), "must agree"),
        (lambda: estimate_motion(frame()[None], frame()[None]), "not to a batch"),
        (lambda: estimate_motion(frame((7, 30)), frame((7, 30))), "at least 8 x 8"),
        (lambda: estimate_motion(frame(), frame(), model="zoom"), "model must be one of"),
        (lambda: estimate_motion(frame(), frame(), model="rotation"), "focal length"),
        (lambda: estimate_motion(frame(), frame(), robust="huber"), "robust must be one of"),
        (lambda: estimate_motion(frame(), frame(), iterations=0), "iterations"),
        (lambda: estimate_motion(frame(), frame(), iterations=2.5), "iterations"),
        (lambda: estimate_motion(frame(), frame(), iterations=True), "iterations"),
        (lambda: estimate_motion(frame(), frame(), tolerance=-1.0), "tolerance must be at least 0"),
        (lambda: robust_weights(np.zeros(3), scale=0.0), "scale must be positive"),
        (lambda: robust_weights(np.zeros(2), scale=np.array([1.0, np.nan])), "scale must be positive"),
        (lambda: estimate_motion(frame(), frame(), levels=0), "levels"),
        (lambda: estimate_motion(frame(), frame(), initial=np.eye(2)), "initial has shape"),
        (lambda: estimate_motion(frame(), frame(), initial=matrix_of("translation", (300.0, 0))), "overlap"),
        (lambda: estimate_motion(0 * frame(), 0 * frame()), "do not determine"),
        (lambda: estimate_motion(np.full(SHAPE, np.nan), frame()), "NaN"),
        (lambda: robust_weights(frame(), scale=1.0, kind="huber"), "kind must be one of"),
    ],
)
def test_what_cannot_be_estimated_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
