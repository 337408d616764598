"""Bilinear and bicubic sampling against scipy.ndimage, a plain loop and by hand."""

import numpy as np
import pytest
from scipy import ndimage

from kinema.sampling import inside_frame, pixel_grid, sample_bicubic, sample_bilinear


def noise(shape=(6, 9), seed=0):
    return np.random.default_rng(seed).uniform(size=shape)


def test_a_sample_between_four_pixels_by_hand(put, get, dtype, rounding):
    image = put(np.array([[0.0, 1.0], [10.0, 100.0]]), dtype)
    value = sample_bilinear(image, put(np.array([0.25]), dtype), put(np.array([0.5]), dtype))
    np.testing.assert_allclose(get(value), [0.5 * 0.25 + 0.5 * (7.5 + 25)], rtol=rounding)


def test_samples_equal_scipys_also_beyond_the_border(put, get, dtype, rounding):
    image, rng = noise(), np.random.default_rng(1)
    x, y = rng.uniform(-2, 10, (4, 50)), rng.uniform(-2, 7, (4, 50))
    got = get(sample_bilinear(put(image, dtype), put(x, dtype), put(y, dtype)))
    # float32 rounds a coordinate of 10 by 1e-6, and brightness differs by up to 1 per pixel.
    np.testing.assert_allclose(got, ndimage.map_coordinates(image, [y, x], order=1, mode="nearest"), atol=rounding)


def test_every_pixel_is_its_own_sample(put, get, dtype):
    image = put(noise(), dtype)
    x, y = pixel_grid(6, 9, like=image)
    assert np.array_equal(get(sample_bilinear(image, x, y)), get(image))


def test_x_is_the_column_and_y_the_row(put, get):
    image = put(np.arange(12.0).reshape(3, 4))
    assert get(sample_bilinear(image, put(np.array([3.0])), put(np.array([1.0])))).tolist() == [7]


def test_a_ramp_is_sampled_exactly(put, get):
    rows, columns = np.mgrid[:6, :9].astype(float)
    x, y = np.random.default_rng(2).uniform(0, 5, (2, 20))
    got = get(sample_bilinear(put(2 * columns - 3 * rows), put(x), put(y)))
    np.testing.assert_allclose(got, 2 * x - 3 * y, atol=1e-13)


@pytest.mark.parametrize("position", [(), (3,), (2, 4)])
def test_leading_axes_come_first_and_the_positions_shape_last(put, get, position):
    images = noise((2, 3, 6, 9))
    x, y = (np.asarray(np.random.default_rng(k).uniform(0, 5, position)) for k in (3, 4))
    got = get(sample_bilinear(put(images), put(x), put(y)))
    assert got.shape == (2, 3, *position)
    for i in range(2):
        for j in range(3):
            np.testing.assert_array_equal(got[i, j], get(sample_bilinear(put(images[i, j]), put(x), put(y))))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1)])
def test_a_single_row_or_column_can_be_sampled(put, get, shape):
    image = noise(shape)
    x, y = np.array([0.0, 0.5, 3.25]), np.array([0.0, 2.5, 1.75])
    got = get(sample_bilinear(put(image), put(x), put(y)))
    np.testing.assert_allclose(got, ndimage.map_coordinates(image, [y, x], order=1, mode="nearest"), atol=1e-14)


def test_samples_keep_namespace_dtype_and_device(put, dtype, same_kind):
    image = put(noise(), dtype)
    x, y = pixel_grid(2, 3, like=image)
    same_kind(sample_bilinear(image, x, y), image)
    same_kind(x, image)
    same_kind(y, image)


def test_the_grid_has_x_along_columns_and_y_along_rows(put, get):
    x, y = pixel_grid(2, 3, like=put(np.zeros(1)))
    assert get(x).tolist() == [[0, 1, 2], [0, 1, 2]]
    assert get(y).tolist() == [[0, 0, 0], [1, 1, 1]]


def test_pixel_centres_at_the_border_are_inside_and_a_hair_beyond_is_not(put, get):
    x = put(np.array([0.0, 8.0, -1e-6, 8.000001, 4.0, 4.0, 4.0, 4.0, np.nan]))
    y = put(np.array([0.0, 5.0, 2.0, 2.0, -1e-6, 5.000001, 0.0, 5.0, 2.0]))
    assert get(inside_frame(x, y, 6, 9)).tolist() == [True, True, False, False, False, False, True, True, False]


def test_torch_differentiates_samples_in_image_and_position(gradcheck):
    gradcheck(sample_bilinear, noise((4, 5)), np.array([1.3, 2.6]), np.array([0.4, 1.7]))


def test_a_position_that_is_nan_has_no_value(put, get):
    values = get(sample_bilinear(put(np.arange(12.0).reshape(3, 4)), put(np.array([1.0, np.nan])), put(np.array([1.0, 1.0]))))
    assert values[0] == 5.0 and np.isnan(values[1])


# Cubic convolution


def keys_kernel(s):
    """Keys (1981), eq. (15): the kernel as two pieces in the distance |s|."""
    s = abs(s)
    if s < 1:
        return 1.5 * s**3 - 2.5 * s**2 + 1
    return -0.5 * s**3 + 2.5 * s**2 - 4 * s + 2 if s < 2 else 0.0


def keys_loop(image, x, y):
    """Every pixel of the frame, extended by its border, weighed by its distance."""
    height, width = image.shape
    x, y = min(max(x, 0), width - 1), min(max(y, 0), height - 1)
    return sum(
        keys_kernel(x - k) * keys_kernel(y - j) * image[min(max(j, 0), height - 1), min(max(k, 0), width - 1)]
        for j in range(-2, height + 2)
        for k in range(-2, width + 2)
    )


@pytest.mark.parametrize("shape", [(6, 9), (1, 1), (1, 5), (5, 1), (2, 3)])
def test_bicubic_samples_equal_a_loop_over_keys_kernel_also_at_and_beyond_the_border(put, get, dtype, rounding, shape):
    image, rng = noise(shape), np.random.default_rng(1)
    x, y = rng.uniform(-2, shape[1] + 1, (4, 20)), rng.uniform(-2, shape[0] + 1, (4, 20))
    got = get(sample_bicubic(put(image, dtype), put(x, dtype), put(y, dtype)))
    expected = [[keys_loop(image, *p) for p in zip(*row, strict=True)] for row in zip(x, y, strict=True)]
    np.testing.assert_allclose(got, expected, atol=rounding)


def test_bicubic_equals_torchs_where_its_other_constant_cannot_matter():
    # torch takes a = -3/4. Both kernels meet at whole pixels, and half way on an even pattern's mirror axis.
    torch = pytest.importorskip("torch", reason="torch, the peer, is not installed")
    half = sample_bicubic(np.array([[0.0, 1.0, 1.0, 0.0]]), np.array([1.5]), np.array([0.0]))
    peer = torch.nn.functional.grid_sample(
        torch.tensor([[[[0.0, 1.0, 1.0, 0.0]]]], dtype=torch.float64), torch.tensor([[[[0.0, 0.0]]]], dtype=torch.float64),
        mode="bicubic", align_corners=True, padding_mode="border",
    )  # fmt: skip
    assert half[0] == pytest.approx(1.125)  # 9/16 + 9/16: a = -1/2
    assert float(peer) == pytest.approx(1.1875)  # 19/32 + 19/32: a = -3/4, so the two must not be mixed


def test_bicubic_reproduces_its_pixels_exactly(put, get, dtype):
    image = put(noise(), dtype)
    x, y = pixel_grid(6, 9, like=image)
    assert np.array_equal(get(sample_bicubic(image, x, y)), get(image))


def test_bicubic_is_exact_on_a_parabola_where_its_neighbours_are_real(put, get):
    rows, columns = np.mgrid[:7, :9].astype(float)

    def surface(x, y):
        return 0.3 * x**2 - 0.2 * x * y + 0.1 * y**2 - x + 2 * y

    x, y = np.random.default_rng(2).uniform(1, 5, (2, 40))  # one pixel of the frame on either side
    got = get(sample_bicubic(put(surface(columns, rows)), put(x), put(y)))
    np.testing.assert_allclose(got, surface(x, y), atol=1e-12)
    # Third order: halving the pixel shrinks the error of a sine eightfold; linear sampling only fourfold.
    errors = []
    for step in (0.5, 0.25):
        grid = np.sin(np.arange(60) * step)[None, :]
        at = np.random.default_rng(3).uniform(2, 57 * 0.25, 200) / step * 0.5 + 1
        errors.append(np.abs(sample_bicubic(grid, at, np.zeros(200)) - np.sin(at * step)).max())
    assert 6.5 < errors[0] / errors[1] < 9.5


def test_bicubic_puts_leading_axes_first_and_keeps_its_kind(put, get, dtype, same_kind):
    images = noise((2, 3, 6, 9))
    x, y = np.random.default_rng(4).uniform(0, 5, (2, 2, 4))
    got = sample_bicubic(put(images, dtype), put(x, dtype), put(y, dtype))
    same_kind(got, put(images, dtype))
    assert tuple(got.shape) == (2, 3, 2, 4)
    alone = sample_bicubic(put(images[1, 2], dtype), put(x, dtype), put(y, dtype))
    assert np.array_equal(get(got)[1, 2], get(alone))


def test_bicubic_has_no_value_at_nan(put, get):
    x, y = np.array([1.0, np.nan, 2.0]), np.array([1.0, 1.0, np.nan])
    values = get(sample_bicubic(put(np.arange(12.0).reshape(3, 4)), put(x), put(y)))
    assert values[0] == 5.0 and np.all(np.isnan(values[1:]))


def test_torch_differentiates_bicubic_samples_in_image_and_position(gradcheck):
    gradcheck(sample_bicubic, noise((4, 5)), np.array([1.3, 2.6, 0.2]), np.array([0.4, 1.7, 2.9]))
