"""Bilinear sampling against scipy.ndimage and by hand."""

import numpy as np
import pytest
from scipy import ndimage

from kinema.sampling import inside_frame, pixel_grid, sample_bilinear


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
