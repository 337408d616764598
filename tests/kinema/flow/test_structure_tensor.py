"""The second-moment matrix, its eigenvalues and directions."""

import numpy as np
import pytest

from kinema.flow import condition_number, eigenvalues, principal_direction, structure_tensor

SHAPE = (7, 9)


def gradients_of_noise(seed=0, shape=SHAPE):
    return np.random.default_rng(seed).normal(size=(2, *shape))


def loop_tensor(Ix, Iy, weight):
    """[[Jxx, Jxy], [Jxy, Jyy]] of each pixel by loops, shape (H, W, 2, 2)."""
    height, width = Ix.shape
    radius = len(weight) // 2
    result = np.zeros((height, width, 2, 2))
    for y in range(height):
        for x in range(width):
            for dy in range(-radius, radius + 1):
                for dx in range(-radius, radius + 1):
                    if 0 <= y + dy < height and 0 <= x + dx < width:
                        g = np.array([Ix[y + dy, x + dx], Iy[y + dy, x + dx]])
                        result[y, x] += weight[dy + radius, dx + radius] * np.outer(g, g)
    return result


def matrices(Jxx, Jxy, Jyy):
    return np.stack([np.stack([Jxx, Jxy], axis=-1), np.stack([Jxy, Jyy], axis=-1)], axis=-2)


# The tensor


@pytest.mark.parametrize("window", [1, 3, 5, 9])
def test_the_tensor_equals_a_loop_over_the_window(put, get, dtype, rounding, window):
    Ix, Iy = gradients_of_noise()
    J = structure_tensor(put(Ix, dtype), put(Iy, dtype), window=window)
    expected = loop_tensor(Ix, Iy, np.ones((window, window)))
    np.testing.assert_allclose(matrices(*(get(j) for j in J)), expected, atol=20 * rounding)


def test_the_gaussian_tensor_equals_a_loop_with_a_peak_of_one(put, get, dtype, rounding):
    Ix, Iy = gradients_of_noise(1)
    offset = np.arange(-2, 3)
    weight = np.exp(-0.5 * (offset[:, None] ** 2 + offset[None, :] ** 2) / (5 / 5) ** 2)
    J = structure_tensor(put(Ix, dtype), put(Iy, dtype), window=5, weights="gaussian")
    np.testing.assert_allclose(matrices(*(get(j) for j in J)), loop_tensor(Ix, Iy, weight), atol=20 * rounding)


def test_the_default_window_is_five_pixels_counted_alike(put, get):
    Ix, Iy = (put(g) for g in gradients_of_noise(2))
    for default, named in zip(structure_tensor(Ix, Iy), structure_tensor(Ix, Iy, window=5, weights="box"), strict=True):
        assert np.array_equal(get(default), get(named))


def test_a_constant_slope_is_summed_over_the_pixels_the_window_holds(put, get):
    Jxx, Jxy, Jyy = (get(j) for j in structure_tensor(put(np.full(SHAPE, 2.0)), put(np.full(SHAPE, -1.0)), window=5))
    assert (Jxx[3, 4], Jxy[3, 4], Jyy[3, 4]) == (100, -50, 25)
    assert (Jxx[0, 0], Jxy[0, 0], Jyy[0, 0]) == (36, -18, 9)  # 3 x 3 pixels in the corner
    assert Jyy[0, 4] == Jyy[6, 4] == Jyy[3, 0] == Jyy[3, 8] == 15


def test_the_tensor_sums_products_and_does_not_multiply_sums(put, get):
    Ix = put(np.array([[1.0, -1.0, 0.0]] * 3))
    Jxx, Jxy, _ = structure_tensor(Ix, put(np.array([[1.0, 1.0, 0.0]] * 3)), window=3)
    assert get(Jxx)[1, 1] == 6
    assert get(Jxy)[1, 1] == 0


@pytest.mark.parametrize("weights", ["box", "gaussian"])
def test_the_tensor_is_positive_semidefinite(put, get, weights):
    Ix, Iy = gradients_of_noise(3)
    J = matrices(*(get(j) for j in structure_tensor(put(Ix), put(Iy), window=3, weights=weights)))
    assert np.linalg.eigvalsh(J).min() > -1e-12


def test_a_quarter_turn_of_the_patch_turns_the_tensor(put, get):
    image = np.random.default_rng(4).uniform(size=SHAPE)
    Iy, Ix = np.gradient(image)
    Jxx, Jxy, Jyy = (get(j) for j in structure_tensor(put(Ix), put(Iy), window=3))
    turned_y, turned_x = np.gradient(np.rot90(image))
    Txx, Txy, Tyy = (get(j) for j in structure_tensor(put(turned_x), put(turned_y), window=3))
    np.testing.assert_allclose(Txx, np.rot90(Jyy), atol=1e-12)
    np.testing.assert_allclose(Tyy, np.rot90(Jxx), atol=1e-12)
    np.testing.assert_allclose(Txy, -np.rot90(Jxy), atol=1e-12)


@pytest.mark.parametrize("channel_axis", [0, 1, -1])
def test_the_tensor_of_colour_is_the_sum_over_its_channels(put, get, channel_axis):
    Ix, Iy = gradients_of_noise(5, (3, *SHAPE))
    colour = structure_tensor(
        put(np.moveaxis(Ix, 0, channel_axis)),
        put(np.moveaxis(Iy, 0, channel_axis)),
        window=3,
        channel_axis=channel_axis,
    )
    grays = [[get(j) for j in structure_tensor(put(Ix[c]), put(Iy[c]), window=3)] for c in range(3)]
    for k in range(3):
        np.testing.assert_allclose(get(colour[k]), sum(gray[k] for gray in grays), atol=1e-12)


def test_the_tensor_keeps_namespace_dtype_device_and_batch(put, get, dtype, same_kind):
    Ix, Iy = gradients_of_noise(6, (2, *SHAPE))
    given = put(Ix, dtype), put(Iy, dtype)
    batch = structure_tensor(*given)
    for j in batch:
        same_kind(j, given[0])
    for k in range(2):
        for j, one in zip(batch, structure_tensor(put(Ix[k], dtype), put(Iy[k], dtype)), strict=True):
            assert np.array_equal(get(j)[k], get(one))


@pytest.mark.parametrize("weights", ["box", "gaussian"])
def test_torch_differentiates_the_tensor(gradcheck, weights):
    gradcheck(lambda Ix, Iy: structure_tensor(Ix, Iy, window=3, weights=weights), *gradients_of_noise(7, (4, 5)))


@pytest.mark.parametrize("window", [0, 4, -3, 5.0, True, "5"])
def test_a_window_without_a_centre_is_refused(put, window):
    field = put(np.ones(SHAPE))
    with pytest.raises(ValueError, match="window must be an odd positive integer"):
        structure_tensor(field, field, window=window)


def test_the_tensor_refuses_other_weights_shapes_and_integers(put):
    field = put(np.ones(SHAPE))
    with pytest.raises(ValueError, match="weights must be one of 'box', 'gaussian', got 'triangle'"):
        structure_tensor(field, field, weights="triangle")
    with pytest.raises(ValueError, match="Iy has shape .* but Ix has shape"):
        structure_tensor(field, put(np.ones(SHAPE[::-1])))
    with pytest.raises(ValueError, match="Ix has dtype"):
        structure_tensor(put(np.ones(SHAPE, dtype="uint8")), field)


# Eigenvalues


def random_tensors(seed, shape=(4, 6)):
    A = np.random.default_rng(seed).normal(size=(*shape, 5, 2))
    J = np.swapaxes(A, -1, -2) @ A
    return J[..., 0, 0], J[..., 0, 1], J[..., 1, 1]


def test_eigenvalues_equal_numpys_larger_first(put, get, dtype, rounding):
    J = random_tensors(0)
    lambda1, lambda2 = (get(part) for part in eigenvalues(*(put(j, dtype) for j in J)))
    expected = np.linalg.eigvalsh(matrices(*J))  # ascending
    np.testing.assert_allclose(lambda1, expected[..., 1], rtol=rounding)
    np.testing.assert_allclose(lambda2, expected[..., 0], atol=20 * rounding)
    assert np.all(lambda1 >= lambda2)


@pytest.mark.parametrize(
    "J, expected",
    [
        ((3, 0, 1), (3, 1)),
        ((1, 0, 3), (3, 1)),
        ((2, 1, 2), (3, 1)),
        ((2, -1, 2), (3, 1)),
        ((5, 0, 5), (5, 5)),
        ((0, 0, 0), (0, 0)),
    ],
)
def test_eigenvalues_known_by_hand(put, dtype, J, expected):
    got = eigenvalues(*(put(np.array([float(j)]), dtype) for j in J))
    assert [float(part[0]) for part in got] == list(expected)


def test_an_edge_has_no_negative_eigenvalue(put, get, dtype, rounding):
    angles = np.linspace(0, 2 * np.pi, 97)
    Ix, Iy = np.cos(angles), np.sin(angles)
    lambda1, lambda2 = (get(e) for e in eigenvalues(*(put(j, dtype) for j in (Ix * Ix, Ix * Iy, Iy * Iy))))
    np.testing.assert_allclose(lambda1, 1, rtol=rounding)
    assert np.all(lambda2 >= 0)
    assert np.all(lambda2 < rounding)


def test_doubling_the_contrast_quadruples_the_eigenvalues(put, get):
    Ix, Iy = gradients_of_noise(8)
    plain = eigenvalues(*structure_tensor(put(Ix), put(Iy)))
    doubled = eigenvalues(*structure_tensor(put(2 * Ix), put(2 * Iy)))
    for p, d in zip(plain, doubled, strict=True):
        np.testing.assert_allclose(get(d), 4 * get(p), rtol=1e-12)


def test_eigenvalues_keep_namespace_dtype_and_device(put, dtype, same_kind):
    J = [put(j, dtype) for j in random_tensors(1)]
    for part in eigenvalues(*J):
        same_kind(part, J[0])


def test_torch_differentiates_the_eigenvalues(gradcheck):
    gradcheck(eigenvalues, *random_tensors(2, (3,)))


@pytest.mark.parametrize("J", [(0.0, 0.0, 0.0), (2.0, 0.0, 2.0), (1.0, 0.0, 0.0), (1.0, 1.0, 1.0)])
def test_eigenvalues_have_finite_gradients_where_they_meet_or_vanish(gradients, J):
    for gradient in gradients(eigenvalues, *(np.array([j]) for j in J)):
        assert np.all(np.isfinite(gradient))


# Directions


@pytest.mark.parametrize("degrees", [-80, -45, 0, 30, 60, 89])
def test_the_principal_direction_is_the_gradients(put, get, dtype, rounding, degrees):
    nx, ny = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    fields = [put(np.full((2, 3), value), dtype) for value in (nx * nx, nx * ny, ny * ny)]
    direction = get(principal_direction(*fields))
    assert direction.shape == (2, 2, 3)
    np.testing.assert_allclose(direction[0], nx, atol=rounding)
    np.testing.assert_allclose(direction[1], ny, atol=rounding)


def test_the_principal_direction_is_numpys_eigenvector_with_x_to_the_right(put, get):
    J = random_tensors(3)
    direction = np.moveaxis(get(principal_direction(*(put(j) for j in J))), -3, -1)
    _, vectors = np.linalg.eigh(matrices(*J))
    vector = vectors[..., :, 1]
    vector = vector * np.where(vector[..., :1] < 0, -1, 1)
    np.testing.assert_allclose(direction, vector, atol=1e-10)
    assert np.all(direction[..., 0] >= 0)


def test_a_vertical_gradient_points_up_or_down_with_x_zero(put, get):
    fields = [put(np.full((1, 1), value)) for value in (0.0, 0.0, 4.0)]
    direction = get(principal_direction(*fields))[:, 0, 0]
    np.testing.assert_allclose(np.abs(direction), [0, 1], atol=1e-15)
    assert direction[0] >= 0


def test_where_no_direction_wins_it_is_to_the_right(put, get, dtype):
    for J in ((0.0, 0.0, 0.0), (2.0, 0.0, 2.0)):
        direction = get(principal_direction(*(put(np.full((2, 2), j), dtype) for j in J)))
        assert np.all(direction[0] == 1)
        assert np.all(direction[1] == 0)


def test_directions_keep_namespace_dtype_device_and_batch(put, get, dtype, same_kind):
    J = random_tensors(4, (2, 3, 4))
    given = [put(j, dtype) for j in J]
    directions = principal_direction(*given)
    same_kind(directions, given[0])
    assert tuple(directions.shape) == (2, 2, 3, 4)
    assert np.array_equal(get(directions)[1], get(principal_direction(*(put(j[1], dtype) for j in J))))


# Condition


def test_the_condition_number_is_the_ratio_for_the_matrix_itself(put, get, dtype, same_kind):
    lambda1, lambda2 = put(np.array([8.0, 9.0, 5.0, 0.0]), dtype), put(np.array([2.0, 9.0, 0.0, 0.0]), dtype)
    result = condition_number(lambda1, lambda2)
    same_kind(result, lambda1)
    assert get(result).tolist() == [4.0, 1.0, np.inf, np.inf]


@pytest.mark.parametrize("function", [eigenvalues, principal_direction])
def test_tensor_entries_of_two_shapes_are_refused(put, function):
    a, b = put(np.ones((2, 3))), put(np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"Jxy has shape \(3, 2\) but Jxx has shape \(2, 3\)"):
        function(a, b, a)
    with pytest.raises(ValueError, match=r"Jyy has shape \(3, 2\) but Jxx has shape \(2, 3\)"):
        function(a, a, b)


def test_eigenvalues_of_two_shapes_are_refused(put):
    with pytest.raises(ValueError, match=r"lambda2 has shape \(2,\) but lambda1 has shape \(3,\)"):
        condition_number(put(np.ones(3)), put(np.ones(2)))


def test_eigenvalues_of_an_indefinite_matrix_keep_their_sign(put, get):
    lambda1, lambda2 = eigenvalues(*(put(np.array([z])) for z in (0.0, 1.0, 0.0)))
    assert (get(lambda1)[0], get(lambda2)[0]) == (1.0, -1.0)


def test_nan_stays_nan_in_both_eigenvalues(put, get):
    lambda1, lambda2 = eigenvalues(*(put(np.array([z])) for z in (np.nan, 1.0, 2.0)))
    assert np.isnan(get(lambda1)).all() and np.isnan(get(lambda2)).all()


@pytest.mark.parametrize(
    ("Ix", "message"),
    [
        (np.full((5, 6), np.nan), "Ix contains NaN"),
        (np.zeros((0, 6)), "Ix is empty"),
        (np.zeros(6), "Ix has shape"),
        (np.zeros((9, 8, 3)), "looks like colour"),
    ],
)
def test_slopes_that_are_no_field_are_refused(put, Ix, message):
    with pytest.raises(ValueError, match=message):
        structure_tensor(put(Ix), put(np.nan_to_num(Ix)))
