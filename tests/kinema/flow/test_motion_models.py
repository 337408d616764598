"""Translation, affine, perspective and rotation: fields by hand, matrices, groups, and their least squares."""

import numpy as np
import pytest

from kinema.data import affine_flow, moving_pair, rotation_flow, texture, translation_flow
from kinema.flow import (
    compose,
    derivatives,
    fit_motion,
    frame_centre,
    homography_flow,
    inverse_matrix,
    invert,
    matrix_of,
    motion_basis,
    motion_field,
    motion_system,
    parameters_of,
    rotation_matrix,
    transform_points,
    warp,
)

SHAPE = (11, 18)  # neither square nor of one parity
FOCAL = 25.0
# One of each: no parameter is zero, none is another's equal, u and v go opposite ways.
EXAMPLES = {
    "translation": (1.5, -0.75),
    "affine": (0.7, 0.02, -0.03, -1.1, 0.05, -0.04),
    "perspective": (0.7, 0.02, -0.03, -1.1, 0.05, -0.04, 0.002, -0.003),
    "rotation": (0.02, -0.05, 0.09),
}
MODELS = list(EXAMPLES)


def another(model):
    """A second motion, no multiple of the example."""
    return tuple(np.array(EXAMPLES[model]) * [-1, 2, 1, 3, -1, 1, 0.5, 2][: len(EXAMPLES[model])])


def grid(shape=SHAPE, origin=None):
    x0, y0 = frame_centre(shape) if origin is None else origin
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    return x - x0, y - y0


def homogeneous(matrix, x, y):
    """numpy's way of sending points through a homography."""
    p = np.tensordot(matrix, np.stack([x, y, np.ones_like(x)]), 1)
    return p[0] / p[2], p[1] / p[2]


# Fields by hand


def test_a_translation_moves_every_pixel_alike():
    np.testing.assert_array_equal(motion_field("translation", (1.5, -0.75), SHAPE), translation_flow(1.5, -0.75, SHAPE))


@pytest.mark.parametrize("k", range(6))
def test_each_affine_parameter_stands_where_the_lecture_puts_it(k):
    x, y = grid()
    one, nil = np.ones(SHAPE), np.zeros(SHAPE)
    expected = [(one, nil), (x, nil), (y, nil), (nil, one), (nil, x), (nil, y)][k]
    a = np.eye(6)[k]
    np.testing.assert_array_equal(motion_field("affine", a, SHAPE), np.stack(expected))


def test_the_affine_field_is_the_one_of_the_synthetic_pairs():
    a = EXAMPLES["affine"]
    np.testing.assert_allclose(motion_field("affine", a, SHAPE), affine_flow(a, SHAPE), atol=1e-14)


def test_a_zoom_points_away_from_the_centre_and_leaves_it():
    u, v = motion_field("affine", (0, 0.1, 0, 0, 0, 0.1), SHAPE)
    x, y = grid()
    np.testing.assert_allclose(u, 0.1 * x)
    np.testing.assert_allclose(v, 0.1 * y)


def test_a_shear_slides_rows_over_one_another():
    u, v = motion_field("affine", (0, 0, 0.5, 0, 0, 0), (3, 4))
    np.testing.assert_allclose(u, [[-0.5] * 4, [0.0] * 4, [0.5] * 4])
    np.testing.assert_array_equal(v, 0)


def test_a_turn_of_the_frame_is_a_roll_of_the_camera_the_other_way():
    # +10 degrees turn the picture clockwise, so the camera rolled by -10 about its forward axis.
    field = motion_field("rotation", (0, 0, -np.radians(10)), SHAPE, focal=FOCAL)
    np.testing.assert_allclose(field, rotation_flow(10, SHAPE), atol=1e-12)


def test_a_camera_that_pans_right_sees_the_picture_move_left():
    u, _ = motion_field("rotation", (0, 0.01, 0), SHAPE, focal=FOCAL)
    assert np.all(u < 0)
    # On the horizon a pan by angle t moves the centre by f tan t.
    centre = motion_field("rotation", (0, 0.01, 0), (1, 1), focal=FOCAL)
    np.testing.assert_allclose(centre[:, 0, 0], [-FOCAL * np.tan(0.01), 0], atol=1e-12)


def test_a_camera_that_tilts_up_sees_the_picture_move_down():
    # y points down, so a positive turn about x (right) takes y to z: the forward axis rises.
    _, v = motion_field("rotation", (0.01, 0, 0), SHAPE, focal=FOCAL)
    assert np.all(v > 0)


def test_the_perspective_field_is_its_formula():
    a1, a2, a3, a4, a5, a6, a7, a8 = EXAMPLES["perspective"]
    x, y = grid()
    w = 1 + a7 * x + a8 * y
    expected = (x + a1 + a2 * x + a3 * y) / w - x, (y + a4 + a5 * x + a6 * y) / w - y
    np.testing.assert_allclose(motion_field("perspective", EXAMPLES["perspective"], SHAPE), np.stack(expected), atol=1e-13)


def test_no_parameters_are_no_motion(put, get, dtype):
    for model, example in EXAMPLES.items():
        field = motion_field(model, put(np.zeros(len(example)), dtype), SHAPE, focal=FOCAL)
        np.testing.assert_allclose(get(field), 0, atol=1e-5 if dtype == "float32" else 1e-14)  # f x / f rounds


@pytest.mark.parametrize("model", MODELS)
def test_every_namespace_gives_the_same_field_in_its_own_arrays(put, get, same_kind, dtype, model):
    parameters = put(np.array(EXAMPLES[model]), dtype)
    field = motion_field(model, parameters, SHAPE, focal=FOCAL)
    same_kind(field, parameters)
    atol = 2e-5 if dtype == "float32" else 1e-12  # coordinates of some ten pixels, times rounding
    np.testing.assert_allclose(get(field), motion_field(model, EXAMPLES[model], SHAPE, focal=FOCAL), atol=atol)
    like = put(np.zeros(1), dtype)
    same_kind(motion_field(model, EXAMPLES[model], SHAPE, focal=FOCAL, like=like), like)


@pytest.mark.parametrize("model", MODELS)
def test_the_instantaneous_field_is_the_derivative_of_the_exact_one(model):
    a, step = np.array(EXAMPLES[model]), 1e-5
    ahead, behind = (motion_field(model, s * a, SHAPE, focal=FOCAL) for s in (step, -step))
    instantaneous = motion_field(model, a, SHAPE, focal=FOCAL, instantaneous=True)
    # Central differences err by step² and by rounding / step, 1e-15 / 1e-5.
    np.testing.assert_allclose((ahead - behind) / (2 * step), instantaneous, atol=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_the_basis_adds_up_to_the_instantaneous_field(put, get, model):
    a = EXAMPLES[model]
    basis = motion_basis(model, SHAPE, focal=FOCAL, like=put(np.zeros(1)))
    assert tuple(basis.shape) == (len(a), 2, *SHAPE)
    total = np.tensordot(np.array(a), get(basis), 1)
    np.testing.assert_allclose(total, motion_field(model, a, SHAPE, focal=FOCAL, instantaneous=True), atol=1e-12)


def test_moving_the_origin_changes_a1_and_a4_as_predicted_and_nothing_else():
    a, (dx, dy) = np.array(EXAMPLES["affine"]), (3.0, -2.0)
    x0, y0 = frame_centre(SHAPE)
    # Seen from (x0 + dx, y0 + dy), the motion at the new origin is the old field's value there.
    moved = a + [a[1] * dx + a[2] * dy, 0, 0, a[4] * dx + a[5] * dy, 0, 0]
    field = motion_field("affine", a, SHAPE)
    np.testing.assert_allclose(motion_field("affine", moved, SHAPE, origin=(x0 + dx, y0 + dy)), field, atol=1e-13)
    matrix = matrix_of("affine", a, origin=(x0, y0))
    np.testing.assert_allclose(parameters_of("affine", matrix, origin=(x0 + dx, y0 + dy)), moved, atol=1e-13)


def test_a_mirrored_affine_motion_has_nothing_behind_and_keeps_its_parameters():
    mirror = np.array([[-1.0, 0.2, 3.0], [0.1, 0.9, -2.0], [0, 0, 1]])
    points = np.array([[0.0, 0.0], [4.0, 7.0]])
    for factor in (1, -2.5):
        np.testing.assert_allclose(transform_points(factor * mirror, points), points @ mirror[:2, :2].T + mirror[:2, 2])
        a = parameters_of("affine", factor * mirror)
        np.testing.assert_allclose(a, [3, -2, 0.2, -2, 0.1, -0.1], atol=1e-15)
    np.testing.assert_allclose(compose("affine", invert("affine", a), a), 0, atol=1e-14)
    expected = motion_field("affine", a, SHAPE, origin=(0, 0))
    np.testing.assert_allclose(homography_flow(mirror, SHAPE), expected, atol=1e-13)


def test_points_that_are_integers_keep_the_fractions_of_the_motion(put, get, same_kind, dtype):
    matrix = put(np.array([[1, 0, 0.5], [0, 1, -0.25], [0, 0, 1]]), dtype)
    moved = transform_points(matrix, put(np.array([[1, 2], [3, 4]]), "int64"))
    same_kind(moved, matrix)
    np.testing.assert_array_equal(get(moved), [[1.5, 1.75], [3.5, 3.75]])


def test_what_lies_behind_the_camera_is_nan():
    # A pan by 60 degrees: what was 30 degrees or more to the left is now behind, or on the plane of the lens.
    field = motion_field("rotation", (0, np.radians(60), 0), (1, 101), focal=FOCAL)
    x = np.arange(101) - 50
    np.testing.assert_array_equal(np.isnan(field[0, 0]), x <= FOCAL * np.tan(np.radians(-30)))
    negated = -matrix_of("rotation", (0, np.radians(60), 0), origin=(50, 0), focal=FOCAL)
    np.testing.assert_array_equal(np.isnan(homography_flow(negated, (1, 101))[0, 0]), np.isnan(field[0, 0]))


# Matrices


@pytest.mark.parametrize("model", MODELS)
def test_the_matrix_sends_pixels_where_the_field_does(put, get, dtype, model):
    parameters = put(np.array(EXAMPLES[model]), dtype)
    matrix = matrix_of(model, parameters, origin=frame_centre(SHAPE), focal=FOCAL)
    x, y = grid(origin=(0, 0))
    expected = homogeneous(get(matrix).astype(float), x, y)
    field = get(motion_field(model, parameters, SHAPE, focal=FOCAL))
    atol = 5e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(field, np.stack([expected[0] - x, expected[1] - y]), atol=atol)
    np.testing.assert_allclose(get(homography_flow(matrix, SHAPE)), field, atol=atol)
    points = np.stack([x.ravel(), y.ravel()], axis=-1)
    moved = get(transform_points(matrix, put(points, dtype)))
    np.testing.assert_allclose(moved, np.stack([e.ravel() for e in expected], axis=-1), atol=atol)


def test_the_rotation_is_scipys():
    from scipy.spatial.transform import Rotation

    for vector in [(0.3, -0.8, 1.1), (1e-6, 2e-6, -3e-6), (0.0, 0.0, 0.0), (2.0, 1.0, -1.5)]:
        np.testing.assert_allclose(rotation_matrix(np.array(vector)), Rotation.from_rotvec(vector).as_matrix(), atol=1e-15)


@pytest.mark.parametrize("vector", [(0.0, 0, 0), (1e-9, -1e-9, 2e-9), (1e-4, 0, -1e-4), (0.4, -0.6, 0.5), (0, 0, 3.0)])
def test_small_and_large_rotations_come_back_from_their_matrix(vector):
    matrix = matrix_of("rotation", vector, origin=(3, 4), focal=FOCAL)
    np.testing.assert_allclose(parameters_of("rotation", matrix, origin=(3, 4), focal=FOCAL), vector, atol=1e-12)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("factor", [1.0, -3.0])
def test_parameters_come_back_from_any_multiple_of_the_matrix(put, get, dtype, model, factor):
    parameters = put(np.array(EXAMPLES[model]), dtype)
    matrix = factor * matrix_of(model, parameters, origin=(8.5, 5.0), focal=FOCAL)
    back = get(parameters_of(model, matrix, origin=(8.5, 5.0), focal=FOCAL))
    np.testing.assert_allclose(back, get(parameters), atol=1e-5 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_a_motion_and_its_inverse_cancel(put, get, dtype, model):
    a = put(np.array(EXAMPLES[model]), dtype)
    atol = 1e-5 if dtype == "float32" else 1e-12
    back = invert(model, a, focal=FOCAL)
    np.testing.assert_allclose(get(compose(model, back, a, focal=FOCAL)), 0, atol=atol)
    np.testing.assert_allclose(get(compose(model, a, back, focal=FOCAL)), 0, atol=atol)
    np.testing.assert_allclose(get(invert(model, back, focal=FOCAL)), get(a), atol=atol)


@pytest.mark.parametrize("model", MODELS)
def test_composing_parameters_is_following_one_field_after_the_other(model):
    # Order matters for all but the translation: the second motion is another one.
    a, b = another(model), EXAMPLES[model]
    x, y = grid()
    first = motion_field(model, b, SHAPE, focal=FOCAL)
    after = homogeneous(matrix_of(model, a, focal=FOCAL), x + first[0], y + first[1])
    total = motion_field(model, compose(model, a, b, focal=FOCAL), SHAPE, focal=FOCAL)
    np.testing.assert_allclose(total, np.stack([after[0] - x, after[1] - y]), atol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_a_sequence_composes_with_an_array_in_the_arrays_kind(put, get, same_kind, model):
    a, b = EXAMPLES[model], put(np.array(another(model)), "float64")
    for first, second in ((a, b), (b, a)):
        composed = compose(model, first, second, focal=FOCAL)
        same_kind(composed, b)
        expected = compose(model, *(np.array(get(p) if p is b else p) for p in (first, second)), focal=FOCAL)
        np.testing.assert_allclose(get(composed), expected, atol=1e-12)


def test_order_matters_for_all_but_the_translation():
    for model, b in EXAMPLES.items():
        a = another(model)
        difference = np.abs(compose(model, a, b, focal=FOCAL) - compose(model, b, a, focal=FOCAL)).max()
        assert (difference < 1e-12) == (model == "translation")


def test_warping_by_the_field_undoes_the_motion():
    pattern = texture(1, shortest=12)
    pair = moving_pair(pattern, motion_field("affine", EXAMPLES["affine"], (40, 51)))
    field = motion_field("affine", EXAMPLES["affine"], (40, 51))
    # Cubic convolution errs by some 1e-3 on waves of 12 pixels; a wrong sign by some 0.3.
    assert np.nanmax(np.abs(warp(pair.I1, field, interpolation="bicubic") - pair.I0)[3:-3, 3:-3]) < 0.01


# Least squares


def perfect_derivatives(model, parameters, shape=(31, 44), seed=0, origin=None):
    """Slopes drawn at random and the It that the instantaneous motion makes of them: no Taylor error."""
    Ix, Iy = np.random.default_rng(seed).normal(size=(2, *shape))
    u, v = motion_field(model, parameters, shape, focal=FOCAL, instantaneous=True, origin=origin)
    return Ix, Iy, -(Ix * u + Iy * v)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("origin", [None, (0.0, 0.0), (12.0, -3.0)])
def test_the_fit_returns_the_motion_that_made_the_derivatives(put, get, same_kind, dtype, model, origin):
    Ix, Iy, It = (put(part, dtype) for part in perfect_derivatives(model, EXAMPLES[model], origin=origin))
    fit = fit_motion(Ix, Iy, It, model=model, origin=origin, focal=FOCAL)
    for result in (fit.parameters, fit.covariance):
        same_kind(result, Ix)
    assert tuple(fit.covariance.shape) == (len(EXAMPLES[model]),) * 2
    # It is rounded to 1e-7 of some 5 brightness units, averaged over 1364 pixels; far origins lose another digit.
    np.testing.assert_allclose(get(fit.parameters), EXAMPLES[model], atol=2e-5 if dtype == "float32" else 1e-11)


@pytest.mark.parametrize("model", MODELS)
def test_the_fit_is_numpys_least_squares_on_the_raw_system(put, get, model):
    rng = np.random.default_rng(3)
    Ix, Iy, It = rng.normal(size=(3, *SHAPE))
    weights = rng.uniform(0.1, 2, SHAPE)
    fit = fit_motion(*map(put, (Ix, Iy, It)), model=model, weights=put(weights), focal=FOCAL)
    A, b = motion_system(Ix, Iy, It, model=model, focal=FOCAL)
    root = np.sqrt(weights.ravel())
    expected, squares, *_ = np.linalg.lstsq(root[:, None] * A, root * b, rcond=None)
    freedom = A.shape[0] - A.shape[1]
    np.testing.assert_allclose(get(fit.parameters), expected, rtol=1e-8)
    np.testing.assert_allclose(fit.residual, np.sqrt(squares[0] / freedom), rtol=1e-10)
    covariance = squares[0] / freedom * np.linalg.inv((weights.ravel()[:, None] * A).T @ A)
    np.testing.assert_allclose(get(fit.covariance), covariance, rtol=1e-6, atol=1e-12 * covariance.max())


def test_the_system_is_the_flow_equation_of_each_pixel():
    Ix, Iy, It = np.random.default_rng(4).normal(size=(3, 2, 3))
    A, b = motion_system(Ix, Iy, It, model="affine", origin=(0, 0))
    # Pixel (2, 1) is the last one: Ix (1, x, y), Iy (1, x, y).
    gx, gy = Ix[1, 2], Iy[1, 2]
    np.testing.assert_allclose(A[-1], [gx, 2 * gx, gx, gy, 2 * gy, gy])
    assert b[-1] == -It[1, 2]


def test_centring_and_scaling_tame_the_condition_number():
    Ix, Iy = np.random.default_rng(5).normal(size=(2, 60, 81))
    It = np.zeros((60, 81))

    def condition(**options):
        A, _ = motion_system(Ix, Iy, It, model="affine", **options)
        return np.linalg.cond(A.T @ A)

    raw, centred = condition(origin=(0, 0)), condition()
    scaled = condition(scale=40.5)
    # x² averages 80²/12 = 547 against 1; from the corner 80²/3, and its mean makes it all but parallel to 1.
    assert raw > 5000
    assert 400 < centred < 800
    assert scaled < 10  # the smallest mean square is y's, (60 / 81)² / 3 = 0.18
    np.testing.assert_allclose(fit_motion(Ix, Iy, It).condition, scaled, rtol=1e-9)


def test_the_unit_of_the_coordinates_only_rescales_the_unknowns():
    Ix, Iy, It = np.random.default_rng(6).normal(size=(3, *SHAPE))
    for model, powers in {"affine": (0, 1, 1, 0, 1, 1), "perspective": (0, 1, 1, 0, 1, 1, 2, 2), "rotation": (1, 1, 1)}.items():
        raw, _ = motion_system(Ix, Iy, It, model=model, focal=FOCAL)
        scaled, _ = motion_system(Ix, Iy, It, model=model, focal=FOCAL, scale=9.0)
        np.testing.assert_allclose(scaled * 9.0 ** np.array(powers), raw, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("model", MODELS)
def test_the_covariance_foretells_the_scatter_of_noisy_fits(model):
    Ix, Iy, It = perfect_derivatives(model, EXAMPLES[model], shape=(15, 22))
    rng, trials, sigma = np.random.default_rng(7), 600, 0.3
    fits = [fit_motion(Ix, Iy, It + sigma * rng.normal(size=It.shape), model=model, focal=FOCAL) for _ in range(trials)]
    scatter = np.var([f.parameters for f in fits], axis=0, ddof=1)
    told = np.mean([np.diag(f.covariance) for f in fits], axis=0)
    # A variance from 600 trials is off by sqrt(2 / 600) = 6 % (one sigma); four of them.
    assert np.all(np.abs(scatter / told - 1) < 0.24)
    np.testing.assert_allclose(np.mean([f.residual for f in fits]), sigma, rtol=0.01)
    mean = np.mean([f.parameters for f in fits], axis=0)
    assert np.all(np.abs(mean - EXAMPLES[model]) < 4 * np.sqrt(told / trials))


def test_pixels_of_weight_zero_take_no_part_even_if_nan():
    Ix, Iy, It = perfect_derivatives("affine", EXAMPLES["affine"])
    weights = np.ones(Ix.shape)
    weights[:10] = 0
    broken = It.copy()
    broken[:9], broken[9] = np.nan, 1e6
    part = fit_motion(Ix, Iy, broken, weights=weights)
    np.testing.assert_allclose(part.parameters, EXAMPLES["affine"], atol=1e-11)
    cropped = fit_motion(Ix[10:], Iy[10:], It[10:], origin=(frame_centre(Ix.shape)[0], frame_centre(Ix.shape)[1] - 10))
    np.testing.assert_allclose(part.covariance, cropped.covariance, rtol=1e-6, atol=1e-25)


@pytest.mark.parametrize("model", MODELS)
def test_one_step_recovers_a_small_motion_to_two_percent(model):
    small = {
        "translation": (0.3, -0.2),
        "affine": (0.2, 0.003, -0.005, -0.15, 0.004, -0.002),
        "perspective": (0.2, 0.003, -0.005, -0.15, 0.004, -0.002, 2e-5, -3e-5),
        "rotation": (0.002, -0.003, 0.004),
    }[model]
    shape = (70, 91)
    truth = motion_field(model, small, shape, focal=90.0)
    pair = moving_pair(texture(2, shortest=20), truth)
    fit = fit_motion(*derivatives(pair.I0, pair.I1, gradient_of="mean", kernel="five_point"), model=model, focal=90.0)
    error = motion_field(model, fit.parameters, shape, focal=90.0) - truth
    assert np.sqrt(np.mean(error**2)) < 0.02 * np.sqrt(np.mean(truth**2))


def test_a_rotation_has_a_gradient_where_it_is_none(gradcheck):
    # The natural start of a search for one.
    import torch

    like = torch.zeros((), dtype=torch.float64)
    gradcheck(lambda p: motion_field("rotation", p, (3, 4), focal=FOCAL, like=like), np.zeros(3))


def test_gradients_flow_through_field_and_matrix(gradcheck):
    import torch

    like = torch.zeros(1, dtype=torch.float64)
    for model, a in EXAMPLES.items():
        gradcheck(lambda p, m=model: motion_field(m, p, (3, 4), focal=FOCAL, like=like), np.array(a))


# Refusals


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: motion_field("similarity", (1, 2), SHAPE), "model must be one of"),
        (lambda: motion_field("affine", (1, 2), SHAPE), "6 unknowns"),
        (lambda: motion_field("affine", np.arange(6), SHAPE), "floating point"),
        (lambda: motion_field("rotation", (0, 0, 0), SHAPE), "focal length"),
        (lambda: motion_field("rotation", (0, 0, 0), SHAPE, focal=-3.0), "focal length"),
        (lambda: motion_field("affine", (0.0,) * 6, SHAPE, origin=(1, 2, 3)), "origin must be a point"),
        (lambda: matrix_of("affine", (0.0,) * 6, origin=(1, np.nan)), "origin must be a point"),
        (lambda: parameters_of("affine", np.eye(2)), "3 x 3"),
        (lambda: parameters_of("affine", np.full((3, 3), np.nan)), "matrix contains NaN"),
        (lambda: parameters_of("affine", np.array([[1, 0, 0], [0, 1, 0], [1e-4, 0, 1]])), "no affine"),
        (lambda: parameters_of("translation", np.diag([1.001, 1, 1])), "no translation"),
        (lambda: parameters_of("rotation", np.diag([1.1, 1.1, 1]), focal=FOCAL), "no rotation"),
        (lambda: parameters_of("perspective", np.array([[1.0, 0, 0], [0, 1, 0], [0.5, 0, -2]]), origin=(4, 0)), "infinity"),
        (lambda: invert("affine", (0, -1.0, 0, 0, 0, 0)), "singular"),
        (lambda: inverse_matrix(np.ones((3, 3))), "singular"),
        (lambda: inverse_matrix(np.array([[0.7, 0.1, 5], [2.1, 0.3, 7], [0, 0, 1]], np.float32)), "singular"),
        (lambda: transform_points(np.eye(3), np.zeros((3, 4))), r"expected \(N, 2\)"),
        (lambda: motion_field("affine", EXAMPLES["affine"], SHAPE, like=np.zeros(1, np.uint8)), "like has dtype uint8"),
        (lambda: motion_field("affine", np.ones(6), SHAPE, like=np.zeros(1, np.uint8)), "like has dtype uint8"),
        (lambda: motion_basis("affine", SHAPE, like=np.zeros(1, int)), "like has dtype int64"),
        (lambda: homography_flow(np.eye(3), SHAPE, like=np.zeros(1, np.uint8)), "like has dtype uint8"),
    ],
)
def test_motions_that_make_no_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def fit_of(change=None, **options):
    parts = dict(zip(("Ix", "Iy", "It"), perfect_derivatives("affine", EXAMPLES["affine"]), strict=True))
    return fit_motion(**{**parts, **(change or {})}, **options)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: fit_of(model="zoom"), "model must be one of"),
        (lambda: fit_of(model="rotation"), "focal length"),
        (lambda: fit_of({"It": np.zeros((3, 4))}), "they must agree"),
        (lambda: fit_of({"It": np.full((31, 44), np.nan)}), "It contains NaN.*weight 0"),
        (lambda: fit_of({"It": np.zeros((31, 44), int)}), "floating point"),
        (lambda: fit_of(weights=np.ones((3, 4))), "weights has shape"),
        (lambda: fit_of(weights=-np.ones((31, 44))), "negative"),
        (lambda: fit_of(weights=np.full((31, 44), np.nan)), "weights contains NaN"),
        (lambda: fit_of({"Ix": np.zeros((31, 44)), "Iy": np.zeros((31, 44))}), "do not determine"),
        (lambda: fit_of({"Iy": np.zeros((31, 44))}, model="translation"), "do not determine"),
        (lambda: fit_of(weights=np.pad(np.ones((2, 3)), ((0, 29), (0, 41)))), "6 pixels do not determine the 6"),
        (lambda: fit_motion(*np.zeros((3, 2, 5, 6))), "not to a batch"),
        (lambda: motion_system(*np.zeros((3, 2, 5, 6))), "not to a batch"),
        (lambda: motion_system(*np.zeros((3, 5, 6)), scale=0), "scale must be"),
    ],
)
def test_fits_that_cannot_be_made_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
