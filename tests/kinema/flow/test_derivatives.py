"""Brightness derivatives and the flow equation's residual."""

import numpy as np
import pytest
from scipy import ndimage

from kinema.data import moving_pair, texture, translation_flow
from kinema.flow import derivatives, flow_equation_residual

KERNELS = ["central", "five_point", "sobel"]
SHAPE = (7, 10)


def noise(seed, shape=SHAPE):
    return np.random.default_rng(seed).uniform(0, 1, shape)


# Known answers


@pytest.mark.parametrize("gradient_of", ["I0", "I1", "mean"])
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("u, v", [(0.4, -0.7), (-3.0, 2.0)])
def test_a_moving_ramp_has_its_slopes_as_gradient_and_minus_au_plus_bv_in_time(
    put, get, dtype, rounding, kernel, gradient_of, u, v
):
    a, b = 0.03, -0.05
    pair = moving_pair(lambda x, y: a * x + b * y + 0.5, translation_flow(u, v, SHAPE))
    parts = derivatives(put(pair.I0, dtype), put(pair.I1, dtype), kernel=kernel, gradient_of=gradient_of)
    for part, truth in zip(parts, (a, b, -(a * u + b * v)), strict=True):
        assert tuple(part.shape) == SHAPE
        np.testing.assert_allclose(get(part), truth, atol=rounding)  # the border included


def test_a_parabola_has_a_linear_derivative(put, get):
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(float)
    image = put(0.5 * x**2 + 2 * y**2)
    Ix, Iy, _ = derivatives(image, image)
    np.testing.assert_allclose(get(Ix)[:, 1:-1], x[:, 1:-1], atol=1e-12)
    np.testing.assert_allclose(get(Iy)[1:-1], 4 * y[1:-1], atol=1e-12)


@pytest.mark.parametrize("kernel", KERNELS)
def test_x_runs_along_columns_and_y_down_the_rows(put, get, kernel):
    stripes = np.tile([0.0, 0.0, 1.0, 1.0, 0.0, 0.5, 0.25], (5, 1))
    Ix, Iy, _ = derivatives(put(stripes), put(stripes), kernel=kernel)
    assert np.all(get(Iy) == 0)
    assert get(Ix)[2, 1] > 0 > get(Ix)[2, 4]
    Ix, Iy, _ = derivatives(put(stripes.T), put(stripes.T), kernel=kernel)
    assert np.all(get(Ix) == 0)
    assert get(Iy)[1, 2] > 0 > get(Iy)[4, 2]


def test_a_pixel_that_brightens_has_positive_It(put, get):
    before = np.zeros(SHAPE)
    after = before.copy()
    after[2, 3] = 0.25
    It = get(derivatives(put(before), put(after))[2])
    assert It[2, 3] == 0.25
    assert np.count_nonzero(It) == 1


def test_equal_frames_have_no_It(put, get, dtype):
    image = put(noise(0), dtype)
    assert np.all(get(derivatives(image, image)[2]) == 0)


# Peers


def test_central_equals_numpy_gradient(put, get, dtype, rounding):
    image = noise(1)
    Ix, Iy, _ = derivatives(put(image, dtype), put(image, dtype))
    along_y, along_x = np.gradient(image)
    np.testing.assert_allclose(get(Ix), along_x, atol=rounding)
    np.testing.assert_allclose(get(Iy), along_y, atol=rounding)


def test_sobel_equals_scipy_over_eight_inside(put, get, dtype, rounding):
    image = noise(2)
    Ix, Iy, _ = derivatives(put(image, dtype), put(image, dtype), kernel="sobel")
    inside = (slice(1, -1), slice(1, -1))
    np.testing.assert_allclose(get(Ix)[inside], ndimage.sobel(image, axis=1)[inside] / 8, atol=rounding)
    np.testing.assert_allclose(get(Iy)[inside], ndimage.sobel(image, axis=0)[inside] / 8, atol=rounding)


def test_five_point_equals_a_loop(put, get):
    image = noise(3)
    Ix, Iy, _ = derivatives(put(image), put(image), kernel="five_point")
    Ix, Iy = get(Ix), get(Iy)
    central_y, central_x = np.gradient(image)
    for y in range(SHAPE[0]):
        for x in range(SHAPE[1]):
            if 2 <= x < SHAPE[1] - 2:
                expected = (image[y, x - 2] - 8 * image[y, x - 1] + 8 * image[y, x + 1] - image[y, x + 2]) / 12
            else:
                expected = central_x[y, x]
            assert Ix[y, x] == pytest.approx(expected, abs=1e-12)
            if 2 <= y < SHAPE[0] - 2:
                expected = (image[y - 2, x] - 8 * image[y - 1, x] + 8 * image[y + 1, x] - image[y + 2, x]) / 12
            else:
                expected = central_y[y, x]
            assert Iy[y, x] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kernel, order", [("central", 2), ("sobel", 2), ("five_point", 4)])
def test_the_error_falls_with_the_kernels_order_when_the_wavelength_doubles(kernel, order):
    x = np.tile(np.arange(40.0), (5, 1))

    def relative_error(wavelength):
        k = 2 * np.pi / wavelength
        Ix = derivatives(np.sin(k * x), np.sin(k * x), kernel=kernel)[0]
        return np.max(np.abs(Ix / k - np.cos(k * x))[2, 2:-2])

    ratio = relative_error(20) / relative_error(40)
    assert 0.9 * 2**order < ratio < 1.1 * 2**order  # the next term of the series is under 3 %


@pytest.mark.parametrize("size", [3, 4])
def test_five_point_is_central_where_five_samples_do_not_fit(put, get, size):
    image = put(noise(4, (size, size)))
    for five, three in zip(derivatives(image, image, kernel="five_point"), derivatives(image, image), strict=True):
        assert np.array_equal(get(five), get(three))


def test_five_samples_are_enough_for_one_five_point_difference(put, get):
    row = np.tile([0.0, 1.0, 0.0, 5.0, 20.0], (3, 1))
    Ix = get(derivatives(put(row), put(row), kernel="five_point")[0])
    np.testing.assert_allclose(Ix[:, 2], (0 - 8 * 1 + 8 * 5 - 20) / 12, rtol=1e-14)


# Invariants


@pytest.mark.parametrize("kernel", KERNELS)
def test_gradient_of_names_the_frame_that_is_differentiated(put, get, kernel):
    I0, I1 = put(noise(5)), put(noise(6))
    gradient0 = [get(p) for p in derivatives(I0, I0, kernel=kernel)[:2]]
    gradient1 = [get(p) for p in derivatives(I1, I1, kernel=kernel)[:2]]
    for k in (0, 1):
        assert np.array_equal(get(derivatives(I0, I1, kernel=kernel, gradient_of="I0")[k]), gradient0[k])
        assert np.array_equal(get(derivatives(I0, I1, kernel=kernel, gradient_of="I1")[k]), gradient1[k])
        mean = get(derivatives(I0, I1, kernel=kernel, gradient_of="mean")[k])
        np.testing.assert_allclose(mean, (gradient0[k] + gradient1[k]) / 2, atol=1e-14)


def test_the_second_frame_is_differentiated_by_default(put, get):
    I0, I1 = put(noise(5)), put(noise(6))
    for default, named in zip(derivatives(I0, I1), derivatives(I0, I1, gradient_of="I1"), strict=True):
        assert np.array_equal(get(default), get(named))


def test_playing_the_pair_backwards_flips_It_and_keeps_the_mean_gradient(put, get):
    I0, I1 = put(noise(7)), put(noise(8))
    forwards = [get(p) for p in derivatives(I0, I1, gradient_of="mean")]
    backwards = [get(p) for p in derivatives(I1, I0, gradient_of="mean")]
    assert np.array_equal(forwards[0], backwards[0])
    assert np.array_equal(forwards[1], backwards[1])
    assert np.array_equal(forwards[2], -backwards[2])


@pytest.mark.parametrize("kernel", KERNELS)
def test_derivatives_are_linear_in_the_frames(put, get, kernel):
    I0, I1, extra = noise(9), noise(10), noise(11)
    together = derivatives(put(2 * I0 + extra), put(2 * I1 + extra), kernel=kernel)
    first, second = derivatives(put(I0), put(I1), kernel=kernel), derivatives(put(extra), put(extra), kernel=kernel)
    for t, f, s in zip(together, first, second, strict=True):
        np.testing.assert_allclose(get(t), 2 * get(f) + get(s), atol=1e-12)


@pytest.mark.parametrize("kernel", KERNELS)
def test_transposing_the_frames_swaps_Ix_and_Iy(put, get, kernel):
    I0, I1 = noise(12), noise(13)
    Ix, Iy, It = derivatives(put(I0), put(I1), kernel=kernel)
    Tx, Ty, Tt = derivatives(put(I0.T), put(I1.T), kernel=kernel)
    np.testing.assert_allclose(get(Tx), get(Iy).T, atol=1e-14)
    np.testing.assert_allclose(get(Ty), get(Ix).T, atol=1e-14)
    assert np.array_equal(get(Tt), get(It).T)


@pytest.mark.parametrize("integer, top", [("uint8", 255), ("uint16", 65535)])
def test_integer_frames_equal_scaled_floats_and_do_not_wrap_around(put, get, xp, integer, top):
    rng = np.random.default_rng(14)
    I0, I1 = (rng.integers(0, top + 1, SHAPE).astype(integer) for _ in range(2))
    I0[0, 0], I1[0, 0] = top - 5, 5
    got = derivatives(put(I0), put(I1))
    expected = derivatives(put(I0 / top, "float32"), put(I1 / top, "float32"))
    for part, wanted in zip(got, expected, strict=True):
        assert part.dtype == xp.float32
        np.testing.assert_allclose(get(part), get(wanted), atol=1e-6)  # one rounding to float32
    assert get(got[2])[0, 0] == pytest.approx(-(top - 10) / top, abs=1e-6)


@pytest.mark.parametrize("kernel", KERNELS)
def test_leading_axes_are_a_batch(put, get, kernel):
    I0, I1 = noise(15, (2, 3, *SHAPE)), noise(16, (2, 3, *SHAPE))
    batch = [get(p) for p in derivatives(put(I0), put(I1), kernel=kernel)]
    for i in range(2):
        for j in range(3):
            for part, single in zip(batch, derivatives(put(I0[i, j]), put(I1[i, j]), kernel=kernel), strict=True):
                assert np.array_equal(part[i, j], get(single))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("channel_axis", [0, 1, 2, -1, -2, -3])
def test_the_colour_axis_stays_where_it_was(put, get, channel_axis, kernel):
    I0, I1 = noise(17, (3, *SHAPE)), noise(18, (3, *SHAPE))
    moved = [put(np.moveaxis(image, 0, channel_axis)) for image in (I0, I1)]
    parts = derivatives(*moved, kernel=kernel, channel_axis=channel_axis)
    for part, gray in zip(parts, derivatives(put(I0), put(I1), kernel=kernel), strict=True):
        assert tuple(part.shape) == tuple(moved[0].shape)
        assert np.array_equal(np.moveaxis(get(part), channel_axis, 0), get(gray))


@pytest.mark.parametrize("kernel", KERNELS)
def test_derivatives_keep_namespace_dtype_and_device(put, dtype, same_kind, kernel):
    I0 = put(noise(19), dtype)
    for part in derivatives(I0, put(noise(20), dtype), kernel=kernel):
        same_kind(part, I0)


def test_derivatives_leave_the_frames_alone(put, get):
    I0, I1 = noise(21), noise(22)
    given = put(I0), put(I1)
    derivatives(*given, kernel="sobel")
    assert np.array_equal(get(given[0]), I0)
    assert np.array_equal(get(given[1]), I1)


@pytest.mark.parametrize("gradient_of", ["I0", "I1", "mean"])
@pytest.mark.parametrize("kernel", KERNELS)
def test_torch_differentiates_the_derivatives(gradcheck, kernel, gradient_of):
    gradcheck(
        lambda a, b: derivatives(a, b, kernel=kernel, gradient_of=gradient_of), noise(23, (5, 6)), noise(24, (5, 6))
    )


# The flow equation


def test_the_residual_weighs_Ix_with_u_and_Iy_with_v(put, get, dtype):
    Ix, Iy, It = (put(np.full((2, 3), value), dtype) for value in (2.0, 3.0, 5.0))
    flow = put(np.stack([np.full((2, 3), 7.0), np.full((2, 3), -11.0)]), dtype)
    assert np.all(get(flow_equation_residual(Ix, Iy, It, flow)) == 2 * 7 - 3 * 11 + 5)


def test_the_residual_of_a_moving_ramp_is_zero_at_any_distance(put, get):
    pair = moving_pair(lambda x, y: 0.02 * x - 0.03 * y, translation_flow(5, -4, SHAPE))
    residual = flow_equation_residual(*derivatives(put(pair.I0), put(pair.I1)), put(pair.flow))
    np.testing.assert_allclose(get(residual), 0, atol=1e-14)


def test_halving_the_motion_quarters_the_residual_of_a_smooth_texture():
    # Taylor's remainder is second order. The five-point kernel keeps its own error out of sight.
    def rms(step):
        pair = moving_pair(texture(1, shortest=20), translation_flow(0.8 * step, -0.5 * step, (40, 50)))
        residual = flow_equation_residual(*derivatives(pair.I0, pair.I1, kernel="five_point"), pair.flow)
        return np.sqrt(np.mean(residual[3:-3, 3:-3] ** 2))

    assert 3.7 < rms(1.0) / rms(0.5) < 4.3


def test_the_residual_keeps_namespace_dtype_device_and_batch(put, get, dtype, same_kind):
    rng = np.random.default_rng(25)
    Ix, Iy, It = (rng.normal(size=(3, *SHAPE)) for _ in range(3))
    flow = rng.normal(size=(3, 2, *SHAPE))
    given = put(Ix, dtype)
    batch = flow_equation_residual(given, put(Iy, dtype), put(It, dtype), put(flow, dtype))
    same_kind(batch, given)
    for k in range(3):
        one = flow_equation_residual(*(put(a[k], dtype) for a in (Ix, Iy, It, flow)))
        assert np.array_equal(get(batch)[k], get(one))


# Refusals

GRAY = np.zeros((5, 6))
HOLED = np.where(np.eye(5, 6) > 0, np.nan, 0.0)
ENDLESS = np.where(np.eye(5, 6) > 0, np.inf, 0.0)


@pytest.mark.parametrize(
    "I0, I1, options, message",
    [
        (GRAY, np.zeros((6, 5)), {}, r"I0 has shape \(5, 6\) and I1 has shape \(6, 5\)"),
        (GRAY, GRAY.astype("float32"), {}, "I0 has dtype .*float64 and I1 has dtype .*float32"),
        (np.zeros((2, 6)), np.zeros((2, 6)), {}, "I0 is 2 x 6 pixels, but at least 3 x 3"),
        (np.zeros((6, 2)), np.zeros((6, 2)), {}, "I0 is 6 x 2 pixels, but at least 3 x 3"),
        (np.zeros(6), np.zeros(6), {}, r"I0 has shape \(6,\)"),
        (np.zeros((0, 5, 6)), np.zeros((0, 5, 6)), {}, "I0 is empty"),
        (HOLED, GRAY, {}, "I0 contains NaN or infinity"),
        (GRAY, HOLED, {}, "I1 contains NaN or infinity"),
        (GRAY, ENDLESS, {}, "I1 contains NaN or infinity"),
        (np.zeros((5, 6, 3)), np.zeros((5, 6, 3)), {}, "I0 .*channel_axis=-1"),
        (np.zeros((5, 6, 4)), np.zeros((5, 6, 4)), {}, "I0 .*channel_axis=-1"),
        (GRAY.astype(complex), GRAY.astype(complex), {}, "I0 has dtype .*complex128"),
        (GRAY, GRAY, {"channel_axis": -1}, "I0 has shape .*colour"),
        (np.zeros((5, 6, 3)), np.zeros((5, 6, 3)), {"channel_axis": 3}, "channel_axis=3 does not exist in I0"),
        (np.zeros((5, 6, 3)), np.zeros((5, 6, 3)), {"channel_axis": -4}, "channel_axis=-4 does not exist in I0"),
        (GRAY, GRAY, {"gradient_of": "H"}, "gradient_of must be one of 'I1', 'I0', 'mean', got 'H'"),
        (GRAY, GRAY, {"kernel": "scharr"}, "kernel must be one of 'central', 'five_point', 'sobel', got 'scharr'"),
    ],
)
def test_derivatives_refuse(put, I0, I1, options, message):
    with pytest.raises(ValueError, match=message):
        derivatives(put(I0), put(I1), **options)


def test_frames_of_two_libraries_are_refused():
    torch = pytest.importorskip("torch", reason="torch is not installed: there is nothing to mix")
    with pytest.raises(TypeError, match=r"arrays of one kind.*numpy\.ndarray, torch\.Tensor"):
        derivatives(GRAY, torch.zeros(5, 6))


@pytest.mark.parametrize(
    "shapes, message",
    [
        (((5, 6), (5, 7), (5, 6), (2, 5, 6)), "Iy has shape .* but Ix has shape"),
        (((5, 6), (5, 6), (6, 5), (2, 5, 6)), "It has shape .* but Ix has shape"),
        (((5, 6), (5, 6), (5, 6), (3, 5, 6)), r"flow has shape \(3, 5, 6\)"),
        (((5, 6), (5, 6), (5, 6), (2, 6, 5)), r"flow has shape \(2, 6, 5\)"),
        (((5, 6), (5, 6), (5, 6), (5, 6)), r"flow has shape \(5, 6\)"),
    ],
)
def test_the_residual_refuses_shapes_that_do_not_fit(put, shapes, message):
    with pytest.raises(ValueError, match=message):
        flow_equation_residual(*(put(np.zeros(shape)) for shape in shapes))


def test_the_residual_refuses_integer_derivatives(put):
    with pytest.raises(ValueError, match="It has dtype .*int64"):
        flow_equation_residual(put(GRAY), put(GRAY), put(GRAY.astype("int64")), put(np.zeros((2, 5, 6))))
