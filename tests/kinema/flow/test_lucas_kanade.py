"""Lucas-Kanade at every pixel and at points, its systems and its covariance."""

import numpy as np
import pytest
from scipy import ndimage

from kinema.data import corner, edge, load_pair, moving_pair, texture, translation_flow
from kinema.flow import corner_score, local_system, lucas_kanade, lucas_kanade_at, solve_local, window_patches
from kinema.metrics import epe

SHAPE = (19, 26)
# u and v differ, with opposite signs: with equal ones a solver that swaps them passes.
MOTIONS = [(0.4, -0.7), (-0.6, 0.2)]


def smooth_pair(u, v, shape=SHAPE, seed=0, shortest=12.0):
    return moving_pair(texture(seed, shortest=shortest), translation_flow(u, v, shape))


def colour_ramps(u, v, shape=SHAPE):
    """Three channels that slope in three directions: Taylor's first order is exact."""
    slopes = [(0.02, 0.0), (0.0, 0.03), (0.01, -0.02)]
    pairs = [moving_pair(lambda x, y, a=a, b=b: a * x + b * y + 0.1, translation_flow(u, v, shape)) for a, b in slopes]
    return np.stack([p.I0 for p in pairs]), np.stack([p.I1 for p in pairs])


def loop_solution(I0, I1, x, y, window=5):
    """numpy's least squares on the flow equations of one window."""
    Iy, Ix = np.gradient(I1)
    radius, (height, width) = window // 2, I0.shape
    patch = np.s_[max(y - radius, 0) : min(y + radius + 1, height), max(x - radius, 0) : min(x + radius + 1, width)]
    A = np.stack([Ix[patch].ravel(), Iy[patch].ravel()], axis=-1)
    b = (I0 - I1)[patch].ravel()
    return np.linalg.lstsq(A, b, rcond=None)[0]


# Known answers


@pytest.mark.parametrize("gradient_of", ["I0", "I1", "mean"])
@pytest.mark.parametrize("kernel", ["central", "five_point", "sobel"])
def test_sloping_colours_give_the_exact_motion_however_large(put, get, dtype, kernel, gradient_of):
    u, v = 3.5, -5.25
    I0, I1 = colour_ramps(u, v)
    flow = lucas_kanade(put(I0, dtype), put(I1, dtype), channel_axis=0, kernel=kernel, gradient_of=gradient_of)
    assert tuple(flow.shape) == (2, *SHAPE)
    # Rounding of brightness, 1e-7 in float32, over the slope of 0.02, a few times.
    np.testing.assert_allclose(get(flow)[0], u, atol=1e-4 if dtype == "float32" else 1e-12)
    np.testing.assert_allclose(get(flow)[1], v, atol=1e-4 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("u, v", MOTIONS)
@pytest.mark.parametrize("options", [{}, {"weights": "gaussian"}, {"kernel": "five_point"}, {"kernel": "sobel"}])
def test_a_sub_pixel_motion_is_recovered(put, get, dtype, u, v, options):
    pair = smooth_pair(u, v)
    flow = get(lucas_kanade(put(pair.I0, dtype), put(pair.I1, dtype), window=9, gradient_of="mean", **options))
    error = np.hypot(*(flow - pair.flow))
    assert np.nanmedian(error) < 0.07  # differences see waves of 12 pixels 4 % too flat (Sobel 9 %), so 0.06 of 0.8 px
    # Three pixels in, no one-sided difference takes part; one step of a first-order method errs by a sixth at most.
    assert np.nanmax(error[3:-3, 3:-3]) < 0.15
    assert np.isfinite(error).mean() > 0.99


@pytest.mark.parametrize("u, v", MOTIONS)
@pytest.mark.parametrize("gradient_of", ["I0", "I1"])
def test_one_frames_gradient_recovers_the_motion_too(put, get, u, v, gradient_of):
    pair = smooth_pair(u, v)
    flow = get(lucas_kanade(put(pair.I0), put(pair.I1), window=9, gradient_of=gradient_of))
    # 0.15 px in the median: half a pixel away the slope is another one, to first order.
    assert np.median(np.hypot(*(flow - pair.flow))) < 0.15


def test_halving_the_motion_shrinks_the_relative_bias_of_the_mean_gradient():
    # Symmetric in time, so the error is third order in the motion: an eighth. Kernel error kept small.
    def error(scale):
        pair = smooth_pair(1.6 * scale, -1.2 * scale, shape=(40, 50), shortest=25)
        flow = lucas_kanade(pair.I0, pair.I1, window=9, gradient_of="mean", kernel="five_point", min_eigenvalue=0)
        return np.median(np.hypot(*(flow - pair.flow))[:, 3:-3])

    assert 5 < error(1.0) / error(0.5) < 9


@pytest.mark.parametrize("weights", ["box", "gaussian"])
def test_no_motion_is_exactly_zero(put, get, dtype, weights):
    image = put(smooth_pair(0, 0).I0, dtype)
    flow = get(lucas_kanade(image, image, weights=weights))
    solved = np.isfinite(flow)
    assert solved.mean() > 0.9
    assert np.all(flow[solved] == 0)


# Peers


def test_every_pixel_equals_numpys_least_squares_also_at_the_border(put, get):
    pair = smooth_pair(0.4, -0.7, shape=(9, 12))
    flow = get(lucas_kanade(put(pair.I0), put(pair.I1), min_eigenvalue=0))
    for y in range(9):
        for x in range(12):
            np.testing.assert_allclose(flow[:, y, x], loop_solution(pair.I0, pair.I1, x, y), rtol=1e-8, atol=1e-10)


def test_gaussian_weights_equal_numpys_weighted_least_squares(put, get):
    pair = smooth_pair(-0.6, 0.2)
    flow = get(lucas_kanade(put(pair.I0), put(pair.I1), weights="gaussian"))
    offset = np.arange(-2, 3)
    root = np.exp(-0.25 * (offset[:, None] ** 2 + offset[None, :] ** 2)).ravel()  # of the weight: sigma is 5 / 5
    Iy, Ix = np.gradient(pair.I1)
    for x, y in [(2, 2), (12, 9), (23, 16)]:
        patch = np.s_[y - 2 : y + 3, x - 2 : x + 3]
        A = np.stack([Ix[patch].ravel(), Iy[patch].ravel()], axis=-1)
        b = (pair.I0 - pair.I1)[patch].ravel()
        expected = np.linalg.lstsq(root[:, None] * A, root * b, rcond=None)[0]
        np.testing.assert_allclose(flow[:, y, x], expected, rtol=1e-8)


def test_single_precision_agrees_with_double(put, get):
    pair = smooth_pair(0.4, -0.7)
    single = get(lucas_kanade(put(pair.I0, "float32"), put(pair.I1, "float32")))
    double = get(lucas_kanade(put(pair.I0), put(pair.I1)))
    both = np.isfinite(single) & np.isfinite(double)
    assert both.mean() > 0.9
    # float32 brightness is good to 6e-8, the flattest solved slope is 3e-3, conditions reach some hundred.
    np.testing.assert_allclose(single[both], double[both], atol=2e-3)


def test_the_default_is_the_lectures_window_of_five_and_second_frames_gradient(put, get):
    pair = smooth_pair(0.4, -0.7)
    I0, I1 = put(pair.I0), put(pair.I1)
    named = lucas_kanade(I0, I1, window=5, weights="box", gradient_of="I1", kernel="central")
    np.testing.assert_array_equal(get(lucas_kanade(I0, I1)), get(named))


# Invariants and conventions


def test_u_is_to_the_right_and_v_is_down(put, get):
    spot = corner(13, 9, blur=3)
    for (u, v), axis, sign in [((0.3, 0), 0, 1), ((-0.3, 0), 0, -1), ((0, 0.3), 1, 1), ((0, -0.3), 1, -1)]:
        I0 = spot(*np.meshgrid(np.arange(26.0), np.arange(19.0)))
        I1 = spot(*np.meshgrid(np.arange(26.0) - u, np.arange(19.0) - v))  # the corner itself goes to 13 + u, 9 + v
        flow = get(lucas_kanade(put(I0), put(I1), window=7, gradient_of="mean"))[:, 9, 13]
        assert flow[axis] * sign == pytest.approx(0.3, abs=0.02)  # blurred over 3 pixels: 7 % bias at most
        assert abs(flow[1 - axis]) < 0.02


def test_transposing_the_frames_swaps_u_and_v(put, get):
    pair = smooth_pair(0.4, -0.7)
    flow = get(lucas_kanade(put(pair.I0), put(pair.I1)))
    turned = get(lucas_kanade(put(pair.I0.T), put(pair.I1.T)))
    np.testing.assert_allclose(turned, flow[::-1].transpose(0, 2, 1), rtol=1e-7, atol=1e-9)


def test_mirroring_the_frames_negates_u(put, get):
    pair = smooth_pair(0.4, -0.7)
    flow = get(lucas_kanade(put(pair.I0), put(pair.I1)))
    mirrored = get(lucas_kanade(put(pair.I0[:, ::-1]), put(pair.I1[:, ::-1])))
    np.testing.assert_allclose(mirrored[:, :, ::-1], flow * np.array([-1, 1])[:, None, None], rtol=1e-7, atol=1e-9)


def test_playing_the_pair_backwards_negates_the_flow_of_the_mean_gradient(put, get):
    pair = smooth_pair(0.4, -0.7)
    I0, I1 = put(pair.I0), put(pair.I1)
    forwards, backwards = (get(lucas_kanade(a, b, gradient_of="mean")) for a, b in ((I0, I1), (I1, I0)))
    np.testing.assert_array_equal(forwards, -backwards)


@pytest.mark.parametrize("gain, offset", [(3.0, 0.0), (0.2, 0.4), (-1.0, 1.0)])
def test_gain_and_offset_of_both_frames_change_nothing(put, get, gain, offset):
    pair = smooth_pair(-0.6, 0.2)
    plain = get(lucas_kanade(put(pair.I0), put(pair.I1), min_eigenvalue=1e-5))
    changed = get(
        lucas_kanade(put(gain * pair.I0 + offset), put(gain * pair.I1 + offset), min_eigenvalue=1e-5 * gain**2)
    )
    np.testing.assert_allclose(changed, plain, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("integer, top", [("uint8", 255), ("uint16", 65535)])
def test_integer_frames_equal_scaled_floats(put, get, integer, top):
    pair = smooth_pair(0.4, -0.7)
    I0, I1 = (np.rint(image * top).astype(integer) for image in (pair.I0, pair.I1))
    integers = get(lucas_kanade(put(I0), put(I1)))
    floats = get(lucas_kanade(put(I0 / top, "float32"), put(I1 / top, "float32")))
    assert integers.dtype == np.float32
    assert np.isfinite(integers).mean() > 0.9
    np.testing.assert_allclose(integers, floats, atol=2e-3)  # as single against double, above


def test_leading_axes_are_a_batch(put, get):
    pairs = [[smooth_pair(0.1 * i, -0.2 * j, shape=(9, 12), seed=3 * i + j) for j in range(3)] for i in range(2)]
    I0, I1 = (np.array([[pair[k] for pair in row] for row in pairs]) for k in (0, 1))
    batch = get(lucas_kanade(put(I0), put(I1)))
    assert batch.shape == (2, 3, 2, 9, 12)
    for i in range(2):
        for j in range(3):
            np.testing.assert_array_equal(batch[i, j], get(lucas_kanade(put(I0[i, j]), put(I1[i, j]))))


def test_a_batch_of_colour_frames_equals_a_loop(put, get):
    pairs = [[smooth_pair(0.3 * i, -0.2, shape=(9, 12), seed=c + 3 * i) for c in range(3)] for i in range(2)]
    I0, I1 = (np.array([[p[k] for p in channels] for channels in pairs]) for k in (0, 1))  # (2, 3, 9, 12)
    batch = get(lucas_kanade(put(I0), put(I1), channel_axis=1))
    assert batch.shape == (2, 2, 9, 12)
    for i in range(2):
        np.testing.assert_array_equal(batch[i], get(lucas_kanade(put(I0[i]), put(I1[i]), channel_axis=0)))


def test_the_flow_keeps_namespace_dtype_and_device(put, dtype, same_kind):
    pair = smooth_pair(0.4, -0.7)
    I0, I1 = put(pair.I0, dtype), put(pair.I1, dtype)
    same_kind(lucas_kanade(I0, I1), I0)
    points = put(np.array([[5.0, 6.0], [7.5, 3.25]]), dtype)
    same_kind(lucas_kanade_at(I0, I1, points), I0)
    A, b = local_system(I0, I1, points)
    for part in (A, b, *solve_local(A, b)):
        same_kind(part, I0)


# Where there is no answer


def test_flat_frames_and_lone_edges_have_no_answer(put, get, dtype):
    flat = put(np.full(SHAPE, 0.5), dtype)
    assert np.all(np.isnan(get(lucas_kanade(flat, flat))))
    for degrees in (0, 30, 90, 115):
        pair = moving_pair(edge(13, 9, degrees), translation_flow(0.4, -0.7, SHAPE))
        flow = get(lucas_kanade(put(pair.I0, dtype), put(pair.I1, dtype)))
        assert np.all(np.isnan(flow[:, 3:-3, 3:-3]))  # the rim's one-sided differences bend the edge


def test_u_and_v_are_missing_together(put, get):
    pair = moving_pair(corner(13, 9), translation_flow(0.4, -0.7, SHAPE))
    missing = np.isnan(get(lucas_kanade(put(pair.I0), put(pair.I1))))
    assert 0.1 < missing.mean() < 0.9
    assert np.array_equal(missing[0], missing[1])


@pytest.mark.parametrize("weights", ["box", "gaussian"])
def test_min_eigenvalue_is_a_mean_squared_slope_per_equation(put, get, weights):
    # Each channel slopes its own way: half of the equations see the smaller slope, 0.03.
    y, x = np.mgrid[:9, :11].astype(float)
    image = put(np.stack([0.05 * x, 0.03 * y]))
    for factor, solved in ((0.999, True), (1.001, False)):
        flow = lucas_kanade(image, image, weights=weights, channel_axis=0, min_eigenvalue=factor * 0.03**2 / 2)
        assert np.all(np.isfinite(get(flow)[:, 4, 5])) == solved


@pytest.mark.parametrize("weights", ["box", "gaussian"])
def test_min_eigenvalue_has_the_unit_of_the_corner_score(put, get, weights):
    image = put(smooth_pair(0, 0).I0)
    least = float(get(corner_score(image, weights=weights))[9, 12])
    for factor, solved in ((0.999, True), (1.001, False)):
        flow = get(lucas_kanade(image, image, weights=weights, min_eigenvalue=factor * least))
        assert np.all(np.isfinite(flow[:, 9, 12])) == solved


def test_max_condition_bounds_the_ratio_of_eigenvalues(put, get):
    y, x = np.mgrid[:9, :11].astype(float)
    image = put(np.stack([0.04 * x, 0.02 * y]))  # the ratio is 4 everywhere
    assert np.all(np.isfinite(get(lucas_kanade(image, image, channel_axis=0, max_condition=4.01))))
    assert np.all(np.isnan(get(lucas_kanade(image, image, channel_axis=0, max_condition=3.99))))
    points = put(np.array([[5.0, 4.0]]))
    assert np.all(np.isfinite(get(lucas_kanade_at(image, image, points, channel_axis=0, max_condition=4.01))))
    assert np.all(np.isnan(get(lucas_kanade_at(image, image, points, channel_axis=0, max_condition=3.99))))


# Colour


@pytest.mark.parametrize("channel_axis", [0, 1, -1])
def test_three_equal_channels_give_the_gray_answer(put, get, channel_axis):
    pair = smooth_pair(0.4, -0.7)
    I0, I1 = (put(np.stack([image] * 3, axis=channel_axis)) for image in (pair.I0, pair.I1))
    gray = get(lucas_kanade(put(pair.I0), put(pair.I1)))
    np.testing.assert_allclose(get(lucas_kanade(I0, I1, channel_axis=channel_axis)), gray, rtol=1e-9)
    points = put(np.array([[4.0, 7.0], [11.5, 8.25]]))
    gray = get(lucas_kanade_at(put(pair.I0), put(pair.I1), points))
    np.testing.assert_allclose(get(lucas_kanade_at(I0, I1, points, channel_axis=channel_axis)), gray, rtol=1e-9)


def test_a_coloured_edge_with_parallel_gradients_stays_unsolved(put, get, dtype):
    channels = [moving_pair(edge(13 + shift, 9, 30), translation_flow(0.4, -0.7, SHAPE)) for shift in (-1, 0, 1)]
    I0, I1 = (put(np.stack([p[k] for p in channels]), dtype) for k in (0, 1))
    assert np.all(np.isnan(get(lucas_kanade(I0, I1, channel_axis=0))[:, 3:-3, 3:-3]))


def test_channels_that_slope_apart_solve_what_gray_cannot(put, get, dtype):
    u, v = 0.4, -0.7
    I0, I1 = (image[:2] for image in colour_ramps(u, v))
    gray = lucas_kanade(put(I0.mean(axis=0), dtype), put(I1.mean(axis=0), dtype))
    assert np.all(np.isnan(get(gray)))
    colour = get(lucas_kanade(put(I0, dtype), put(I1, dtype), channel_axis=0))
    np.testing.assert_allclose(colour[0], u, atol=1e-4)  # float32 brightness over a slope of 0.02
    np.testing.assert_allclose(colour[1], v, atol=1e-4)


# At points


def test_points_on_the_grid_equal_the_dense_answer(put, get, dtype):
    pair = smooth_pair(0.4, -0.7)
    I0, I1 = put(pair.I0, dtype), put(pair.I1, dtype)
    xy = np.array([[0, 0], [25, 18], [3, 17], [12, 9], [24, 1]])
    at = get(lucas_kanade_at(I0, I1, put(xy, dtype)))
    dense = get(lucas_kanade(I0, I1))[:, xy[:, 1], xy[:, 0]].T
    assert np.isfinite(dense).sum() >= 6
    # Summed in another order; conditions of some hundred multiply float32's rounding.
    np.testing.assert_allclose(at, dense, atol=1e-3 if dtype == "float32" else 1e-9)


def test_integer_points_are_welcome(put, get):
    pair = smooth_pair(0.4, -0.7)
    I0, I1 = put(pair.I0), put(pair.I1)
    xy = np.array([[12, 9], [5, 6]])
    assert np.array_equal(get(lucas_kanade_at(I0, I1, put(xy))), get(lucas_kanade_at(I0, I1, put(xy, "float64"))))


def test_sub_pixel_points_equal_least_squares_on_interpolated_derivatives(put, get):
    pair = smooth_pair(-0.6, 0.2)
    points = np.array([[10.25, 8.5], [5.75, 12.1], [20.4, 4.9]])
    flow = get(lucas_kanade_at(put(pair.I0), put(pair.I1), put(points), window=7))
    Iy, Ix = np.gradient(pair.I1)
    for (x, y), got in zip(points, flow, strict=True):
        rows, columns = np.mgrid[-3:4, -3:4] + np.array([y, x])[:, None, None]
        sample = [ndimage.map_coordinates(f, [rows, columns], order=1).ravel() for f in (Ix, Iy, pair.I0 - pair.I1)]
        expected = np.linalg.lstsq(np.stack(sample[:2], axis=-1), sample[2], rcond=None)[0]
        np.testing.assert_allclose(got, expected, rtol=1e-8)


def test_points_are_x_then_y(put, get):
    # The left half moves one way, the right half the other: (20, 5) and (5, 18) lie apart.
    flow = np.zeros((2, 24, 30))
    flow[0] = np.where(np.arange(30) < 13, 0.3, -0.3)
    flow[1] = np.where(np.arange(30) < 13, -0.2, 0.4)
    pair = moving_pair(texture(2, shortest=10), flow)
    at = get(lucas_kanade_at(put(pair.I0), put(pair.I1), put(np.array([[20.0, 5.0], [5.0, 20.0]])), gradient_of="mean"))
    np.testing.assert_allclose(at, [[-0.3, 0.4], [0.3, -0.2]], atol=0.05)  # 5 % of first order and differences


def test_points_recover_the_motion(put, get, dtype):
    pair = smooth_pair(0.4, -0.7)
    xy = np.array([[8.0, 8.0], [12.5, 9.25], [17.0, 11.0]])
    flow = get(lucas_kanade_at(put(pair.I0, dtype), put(pair.I1, dtype), put(xy, dtype), window=9, gradient_of="mean"))
    np.testing.assert_allclose(flow, [[0.4, -0.7]] * 3, atol=0.1)  # as for the dense answer


def test_points_on_a_flat_patch_have_no_answer(put, get, dtype):
    pair = moving_pair(corner(20, 9), translation_flow(0.4, -0.7, SHAPE))
    flow = get(
        lucas_kanade_at(put(pair.I0, dtype), put(pair.I1, dtype), put(np.array([[3.0, 3.0], [20.0, 9.0]]), dtype))
    )
    assert np.all(np.isnan(flow[0]))
    assert np.all(np.isfinite(flow[1]))


def test_min_eigenvalue_applies_at_points(put, get):
    y, x = np.mgrid[:9, :11].astype(float)
    image, points = put(np.stack([0.05 * x, 0.03 * y])), put(np.array([[5.0, 4.0]]))
    for factor, solved in ((0.999, True), (1.001, False)):
        flow = lucas_kanade_at(image, image, points, channel_axis=0, min_eigenvalue=factor * 0.03**2 / 2)
        assert np.all(np.isfinite(get(flow))) == solved


@pytest.mark.parametrize("channels", [None, 3])
def test_no_points_give_no_flow(put, channels):
    shape, options = ((9, 11), {}) if channels is None else ((9, 11, 3), {"channel_axis": -1})
    image = put(np.zeros(shape))
    assert tuple(lucas_kanade_at(image, image, put(np.zeros((0, 2))), **options).shape) == (0, 2)


# The system


def test_the_system_is_25_by_2_for_gray_and_75_by_2_for_colour(put):
    gray, points = put(np.random.default_rng(0).uniform(size=(9, 11))), put(np.array([[5.0, 4.0], [2.5, 3.0]]))
    A, b = local_system(gray, gray, points)
    assert (tuple(A.shape), tuple(b.shape)) == ((2, 25, 2), (2, 25))
    colour = put(np.random.default_rng(0).uniform(size=(9, 11, 3)))
    A, b = local_system(colour, colour, points, channel_axis=-1)
    assert (tuple(A.shape), tuple(b.shape)) == ((2, 75, 2), (2, 75))


def test_the_systems_rows_are_the_windows_pixels_row_by_row_and_b_is_minus_It(put, get):
    rng = np.random.default_rng(1)
    I0, I1 = rng.uniform(size=(2, 9, 11))
    A, b = (get(part) for part in local_system(put(I0), put(I1), put(np.array([[6.0, 4.0]])), window=3))
    Iy, Ix = np.gradient(I1)
    patch = np.s_[3:6, 5:8]
    np.testing.assert_allclose(A[0, :, 0], Ix[patch].ravel(), atol=1e-14)
    np.testing.assert_allclose(A[0, :, 1], Iy[patch].ravel(), atol=1e-14)
    np.testing.assert_allclose(b[0], (I0 - I1)[patch].ravel(), atol=1e-14)


@pytest.mark.parametrize("channel_axis", [0, 1, -1])
def test_the_colour_system_holds_each_channels_equations_pixel_by_pixel(put, get, channel_axis):
    I0, I1 = np.random.default_rng(2).uniform(size=(2, 3, 9, 11))
    points = put(np.array([[6.0, 4.0], [3.5, 5.25]]))
    moved = [put(np.moveaxis(image, 0, channel_axis)) for image in (I0, I1)]
    A, b = (get(part) for part in local_system(*moved, points, window=3, channel_axis=channel_axis))
    for c in range(3):
        gray_A, gray_b = (get(part) for part in local_system(put(I0[c]), put(I1[c]), points, window=3))
        np.testing.assert_allclose(A[:, c::3], gray_A, atol=1e-14)
        np.testing.assert_allclose(b[:, c::3], gray_b, atol=1e-14)


def test_equations_outside_the_frame_are_zero(put, get):
    I0, I1 = np.random.default_rng(3).uniform(0.5, 1, size=(2, 9, 11))
    A, b = (get(part) for part in local_system(put(I0), put(I1), put(np.array([[0.0, 8.0]])), window=3))
    outside = np.array([True, False, False, True, False, False, True, True, True])
    assert np.all(A[0, outside] == 0)
    assert np.all(b[0, outside] == 0)
    assert np.all(b[0, ~outside] != 0)


def test_window_patches_read_row_by_row_around_x_y(put, get, dtype, rounding):
    field = np.arange(30.0).reshape(5, 6)
    patches = get(window_patches(put(field, dtype), put(np.array([[2.0, 1.0], [2.5, 1.0], [2.0, 1.5]]), dtype), 3))
    expected = field[0:3, 1:4].ravel()
    np.testing.assert_allclose(patches, [expected, expected + 0.5, expected + 3], rtol=rounding)


def test_window_patches_of_many_fields_equal_a_loop(put, get):
    fields = np.random.default_rng(4).uniform(size=(2, 3, 7, 8))
    points = put(np.array([[2.25, 3.5], [0.0, 6.0]]))
    patches = get(window_patches(put(fields), points, 5))
    assert patches.shape == (2, 3, 2, 25)
    for i in range(2):
        for j in range(3):
            np.testing.assert_array_equal(patches[i, j], get(window_patches(put(fields[i, j]), points, 5)))


# Least squares and its covariance


def test_solve_local_equals_numpys_least_squares_with_its_covariance(put, get, dtype):
    rng = np.random.default_rng(5)
    A, b = rng.normal(size=(3, 4, 25, 2)), rng.normal(size=(3, 4, 25))
    flow, covariance, residual = (get(part) for part in solve_local(put(A, dtype), put(b, dtype)))
    assert (flow.shape, covariance.shape, residual.shape) == ((3, 4, 2), (3, 4, 2, 2), (3, 4))
    tolerance = 1e-4 if dtype == "float32" else 1e-10  # sums of 25 products, conditions of about 2
    for i in range(3):
        for j in range(4):
            d, squares, *_ = np.linalg.lstsq(A[i, j], b[i, j], rcond=None)
            variance = squares[0] / (25 - 2)
            np.testing.assert_allclose(flow[i, j], d, atol=tolerance)
            np.testing.assert_allclose(residual[i, j], np.sqrt(variance), rtol=tolerance)
            np.testing.assert_allclose(covariance[i, j], variance * np.linalg.inv(A[i, j].T @ A[i, j]), atol=tolerance)


def test_an_exact_system_leaves_no_residual_and_no_covariance(put, get):
    A = np.random.default_rng(6).normal(size=(25, 2))
    flow, covariance, residual = (get(part) for part in solve_local(put(A), put(A @ np.array([0.4, -0.7]))))
    np.testing.assert_allclose(flow, [0.4, -0.7], rtol=1e-12)
    assert residual < 1e-14
    assert np.abs(covariance).max() < 1e-28


def test_the_covariance_predicts_the_scatter_under_noise_in_It(put, get):
    rng = np.random.default_rng(7)
    A = rng.normal(size=(25, 2)) @ np.array([[0.3, 0.1], [0.0, 0.05]])  # an edge-like, tilted window
    truth, noise, trials = np.array([0.4, -0.7]), 0.02, 4000
    b = A @ truth + rng.normal(0, noise, size=(trials, 25))
    flow, covariance, residual = (get(part) for part in solve_local(put(np.broadcast_to(A, (trials, 25, 2))), put(b)))
    scatter, predicted = np.cov(flow.T), covariance.mean(axis=0)
    # 4000 trials know a variance to 2.2 %, one standard error; 10 % is beyond four of them.
    np.testing.assert_allclose(predicted, scatter, rtol=0.1)
    assert np.sqrt(np.mean(residual**2)) == pytest.approx(noise, rel=0.01)  # standard error 0.2 %
    # (d - truth)' C^-1 (d - truth) / 2 follows F(2, 23): 95 % lie below 3.42.
    error = flow - truth
    distance = np.einsum("ti,tij,tj->t", error, np.linalg.inv(covariance), error) / 2
    assert np.mean(distance < 3.42) == pytest.approx(0.95, abs=0.015)  # standard error 0.35 %


def test_the_covariance_is_longest_along_the_edge(put, get):
    rng = np.random.default_rng(8)
    nx, ny = np.cos(np.radians(30)), np.sin(np.radians(30))
    strength = rng.uniform(0.5, 1, 25)
    A = strength[:, None] * np.array([nx, ny]) + 0.02 * rng.normal(size=(25, 2))
    covariance = get(solve_local(put(A), put(rng.normal(size=25)))[1])
    values, vectors = np.linalg.eigh(covariance)
    assert values[1] > 100 * values[0]
    assert abs(vectors[:, 1] @ np.array([-ny, nx])) > 0.999


@pytest.mark.parametrize("degrees", [0, 30, 90, 115])
def test_a_singular_system_has_no_answer_and_no_covariance(put, get, dtype, degrees):
    slope = np.random.default_rng(9).uniform(0.1, 1, (40, 25))
    A = slope[..., None] * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    flow, covariance, residual = (get(part) for part in solve_local(put(A, dtype), put(slope, dtype)))
    assert np.all(np.isnan(flow))
    assert np.all(np.isnan(covariance))
    assert np.all(np.isnan(residual))
    flat = solve_local(put(np.zeros((25, 2)), dtype), put(np.ones(25), dtype))
    assert np.all(np.isnan(get(flat.flow)))


# Derivatives under torch


@pytest.mark.parametrize("gradient_of", ["I1", "mean"])
@pytest.mark.parametrize("weights", ["box", "gaussian"])
def test_torch_differentiates_lucas_kanade(gradcheck, weights, gradient_of):
    I0, I1 = np.random.default_rng(10).uniform(size=(2, 5, 6))
    gradcheck(lambda a, b: lucas_kanade(a, b, window=3, weights=weights, gradient_of=gradient_of), I0, I1)


def test_torch_differentiates_lucas_kanade_at_in_frames_and_points(gradcheck):
    I0, I1 = np.random.default_rng(11).uniform(size=(2, 6, 7))
    points = np.array([[2.3, 3.4], [3.6, 2.7]])
    gradcheck(lambda a, b, p: lucas_kanade_at(a, b, p, window=3), I0, I1, points)


def test_torch_differentiates_solve_local(gradcheck):
    rng = np.random.default_rng(12)
    gradcheck(lambda A, b: tuple(solve_local(A, b)), rng.normal(size=(2, 6, 2)), rng.normal(size=(2, 6)))


def test_gradients_stay_finite_where_some_windows_are_unsolved(gradients):
    pair = moving_pair(corner(13, 9), translation_flow(0.4, -0.7, SHAPE))
    flat = np.where(np.arange(26) < 8, 0.0, 1.0)
    for gradient in gradients(lambda a, b: lucas_kanade(a, b), pair.I0 * flat, pair.I1 * flat):
        assert np.all(np.isfinite(gradient))
        assert np.abs(gradient).max() > 0


def test_gradients_stay_finite_where_the_eigenvalues_are_equal(gradients):
    y, x = np.mgrid[:7, :8].astype(float)
    image = np.stack([0.1 * x, 0.1 * y])
    for gradient in gradients(lambda a, b: lucas_kanade(a, b, channel_axis=0), image, image):
        assert np.all(np.isfinite(gradient))


# Real frames


@pytest.mark.parametrize("name", ["RubberWhale", "Dimetrodon", "Hydrangea"])
def test_on_middlebury_the_estimate_beats_no_motion(middlebury, name):
    pair = load_pair("middlebury", name, middlebury)
    flow = lucas_kanade(pair.I0, pair.I1, window=15, gradient_of="mean", channel_axis=-1)
    solved = np.isfinite(flow).all(axis=0)
    known = np.isfinite(pair.flow).all(axis=0)
    assert (solved & known).sum() > 0.5 * known.sum()
    error = epe(flow, pair.flow)
    still = epe(np.zeros_like(pair.flow), pair.flow, valid=solved)
    assert error < still


def test_on_middlebury_a_motion_of_a_pixel_is_known_to_half_of_one(middlebury):
    # RubberWhale moves by 1.2 px in the median, a little beyond one step of a first-order method.
    pair = load_pair("middlebury", "RubberWhale", middlebury)
    flow = lucas_kanade(pair.I0, pair.I1, window=15, gradient_of="mean", channel_axis=-1)
    error = np.hypot(*(flow - pair.flow))
    assert np.nanmedian(error) < 0.5


# Refusals


@pytest.mark.parametrize("window", [0, 4, -3, 5.0, True, "5"])
def test_a_window_without_a_centre_is_refused(put, window):
    image, points = put(np.zeros((9, 11))), put(np.ones((1, 2)))
    for call in (
        lambda: lucas_kanade(image, image, window=window),
        lambda: lucas_kanade_at(image, image, points, window=window),
        lambda: local_system(image, image, points, window=window),
        lambda: window_patches(image, points, window),
    ):
        with pytest.raises(ValueError, match="window must be an odd positive integer"):
            call()


@pytest.mark.parametrize(
    "I0, I1, options, message",
    [
        (np.zeros((9, 11)), np.zeros((11, 9)), {}, r"I0 has shape \(9, 11\) and I1 has shape \(11, 9\)"),
        (np.zeros((9, 11)), np.zeros((9, 11), "float32"), {}, "I0 has dtype .* and I1 has dtype"),
        (np.zeros((9, 6)), np.zeros((9, 6)), {"window": 7}, "I0 is 9 x 6 pixels, but at least 7 x 7"),
        (np.zeros((2, 9)), np.zeros((2, 9)), {"window": 1}, "I0 is 2 x 9 pixels, but at least 3 x 3"),
        (np.full((9, 11), np.nan), np.zeros((9, 11)), {}, "I0 contains NaN"),
        (np.zeros((9, 11)), np.full((9, 11), np.inf), {}, "I1 contains NaN"),
        (np.zeros((9, 11, 3)), np.zeros((9, 11, 3)), {}, "I0 .*channel_axis=-1"),
        (np.zeros((9, 11, 3)), np.zeros((9, 11, 3)), {"channel_axis": 7}, "channel_axis=7 does not exist in I0"),
        (np.zeros((9, 11)), np.zeros((9, 11)), {"kernel": "scharr"}, "kernel must be one of"),
        (np.zeros((9, 11)), np.zeros((9, 11)), {"gradient_of": "both"}, "gradient_of must be one of"),
    ],
)
def test_frames_and_options_that_do_not_fit_are_refused(put, I0, I1, options, message):
    with pytest.raises(ValueError, match=message):
        lucas_kanade(put(I0), put(I1), **options)
    with pytest.raises(ValueError, match=message):
        lucas_kanade_at(put(I0), put(I1), put(np.ones((1, 2))), **options)


def test_other_weights_are_refused(put):
    image = put(np.zeros((9, 11)))
    with pytest.raises(ValueError, match="weights must be one of 'box', 'gaussian', got 'hann'"):
        lucas_kanade(image, image, weights="hann")


@pytest.mark.parametrize("function", [lucas_kanade_at, local_system])
@pytest.mark.parametrize(
    "points, message",
    [
        (np.array([[1.0, 2.0], [3.0, 9.0]]), r"points\[1\] = \(3, 9\) lies outside the 11 x 9 frame: .*column first"),
        (np.array([[10.5, 2.0]]), r"points\[0\] = \(10.5, 2\) lies outside"),
        (np.array([[-0.5, 2.0]]), r"points\[0\] = \(-0.5, 2\) lies outside"),
        (np.array([[2.0, -1.0]]), r"points\[0\] = \(2, -1\) lies outside"),
        (np.array([[np.nan, 2.0]]), r"points\[0\] = \(nan, 2\) lies outside"),
        (np.array([1.0, 2.0]), r"points has shape \(2,\), expected \(N, 2\)"),
        (np.ones((2, 3)), r"points has shape \(2, 3\), expected \(N, 2\)"),
    ],
)
def test_points_outside_or_misshapen_are_refused(put, function, points, message):
    image = put(np.zeros((9, 11)))
    with pytest.raises(ValueError, match=message):
        function(image, image, put(points))


def test_points_of_a_batch_are_refused(put):
    batch = put(np.zeros((2, 9, 11)))
    with pytest.raises(ValueError, match=r"I0 has shape \(2, 9, 11\): points belong to one pair"):
        lucas_kanade_at(batch, batch, put(np.ones((1, 2))))


@pytest.mark.parametrize(
    "A, b, message",
    [
        ((25, 3), (25,), r"A has shape \(25, 3\) and b \(25,\)"),
        ((25, 2), (24,), r"A has shape \(25, 2\) and b \(24,\)"),
        ((2,), (2,), r"A has shape \(2,\)"),
        ((2, 2), (2,), "A has 2 equations: at least 3"),
    ],
)
def test_systems_that_do_not_fit_are_refused(put, A, b, message):
    with pytest.raises(ValueError, match=message):
        solve_local(put(np.ones(A)), put(np.ones(b)))
