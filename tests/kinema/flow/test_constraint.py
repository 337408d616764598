"""The constraint line of one pixel, its nearest point, and where several lines meet."""

import numpy as np
import pytest

from kinema.data import grating, moving_pair, translation_flow
from kinema.flow import constraint_line, derivatives, flow_equation_residual, intersect_constraints, normal_flow

MOTIONS = [(0.4, -0.7), (-0.6, 0.2), (1.5, 2.5)]


def pixels(u, v, count=7, seed=0):
    """Derivatives of pixels that all move by (u, v), their gradients in any direction."""
    Ix, Iy = np.random.default_rng(seed).normal(size=(2, count))
    return Ix, Iy, -(Ix * u + Iy * v)


# Normal flow


def test_normal_flow_of_a_pixel_worked_by_hand(put, get, dtype, rounding):
    # |grad I| = 5, so the edge moves 10 / 5 = 2 pixels along (3, 4) / 5.
    flow = normal_flow(*(put(np.full((1, 1), value), dtype) for value in (3.0, 4.0, -10.0)))
    assert tuple(flow.shape) == (2, 1, 1)
    np.testing.assert_allclose(get(flow)[:, 0, 0], [1.2, 1.6], rtol=rounding)


@pytest.mark.parametrize("u, v", MOTIONS)
@pytest.mark.parametrize("degrees", [0, 30, 90, 135, 250])
def test_normal_flow_is_the_projection_on_the_gradient(put, get, dtype, rounding, degrees, u, v):
    nx, ny = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    slope = np.array([[0.1, -0.3, 2.0]])
    flow = normal_flow(*(put(a, dtype) for a in (slope * nx, slope * ny, -slope * (nx * u + ny * v))))
    across = u * nx + v * ny
    np.testing.assert_allclose(get(flow)[0, 0], across * nx, atol=rounding)
    np.testing.assert_allclose(get(flow)[1, 0], across * ny, atol=rounding)


@pytest.mark.parametrize("degrees", [20, 110, -65])
def test_motion_along_the_stripes_leaves_normal_flow_as_it_was(put, get, degrees):
    nx, ny = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    flows = []
    for slide in (0.0, 1.7):
        truth = translation_flow(0.3 * nx - slide * ny, 0.3 * ny + slide * nx, (15, 20))
        pair = moving_pair(grating(12, degrees), truth)
        flows.append(get(normal_flow(*derivatives(put(pair.I0), put(pair.I1), gradient_of="mean"))))
    assert np.abs(flows[0]).max() > 0.1
    # Only pixels with a slope: on the crests the quotient is rounding over rounding.
    Ix, Iy, _ = derivatives(pair.I0, pair.I1, gradient_of="mean")
    sloped = np.hypot(Ix, Iy) > 0.02
    np.testing.assert_allclose(flows[0][:, sloped], flows[1][:, sloped], atol=1e-10)


@pytest.mark.parametrize("contrast", [0.01, 3.0, -1.0, -7.0])
def test_contrast_and_its_sign_do_not_change_normal_flow(put, get, contrast):
    Ix, Iy, It = np.random.default_rng(1).normal(size=(3, 4, 5))
    plain = normal_flow(put(Ix), put(Iy), put(It))
    scaled = normal_flow(put(contrast * Ix), put(contrast * Iy), put(contrast * It))
    np.testing.assert_allclose(get(scaled), get(plain), rtol=1e-12)


def test_normal_flow_satisfies_the_flow_equation(put, get):
    Ix, Iy, It = (put(a) for a in np.random.default_rng(2).normal(size=(3, 4, 5)))
    np.testing.assert_allclose(get(flow_equation_residual(Ix, Iy, It, normal_flow(Ix, Iy, It))), 0, atol=1e-14)


def test_flat_pixels_demand_no_motion(put, get, dtype):
    zeros = put(np.zeros((3, 4)), dtype)
    assert np.all(get(normal_flow(zeros, zeros, put(np.ones((3, 4)), dtype))) == 0)


def test_normal_flow_keeps_namespace_dtype_device_and_batch(put, get, dtype, same_kind):
    fields = np.random.default_rng(3).normal(size=(3, 2, 4, 5))
    given = [put(f, dtype) for f in fields]
    flow = normal_flow(*given)
    same_kind(flow, given[0])
    assert tuple(flow.shape) == (2, 2, 4, 5)
    for k in range(2):
        assert np.array_equal(get(flow)[k], get(normal_flow(*(put(f[k], dtype) for f in fields))))


def test_torch_differentiates_normal_flow(gradcheck):
    gradcheck(normal_flow, *np.random.default_rng(4).normal(size=(3, 3, 4)))


def test_normal_flow_has_finite_gradients_on_flat_pixels(gradients):
    Ix, Iy, It = np.zeros((3, 2, 3))
    Ix[0, 0] = 1.0
    It[:] = 0.5
    for gradient in gradients(normal_flow, Ix, Iy, It):
        assert np.all(np.isfinite(gradient))


# Constraint lines


@pytest.mark.parametrize("shape", [(), (6,), (3, 4)])
def test_every_point_of_the_line_satisfies_the_flow_equation(put, get, dtype, rounding, shape):
    Ix, Iy, It = (np.asarray(a) for a in np.random.default_rng(5).normal(size=(3, *shape)))
    point, direction = (get(a) for a in constraint_line(put(Ix, dtype), put(Iy, dtype), put(It, dtype)))
    assert point.shape == direction.shape == (*shape, 2)
    for step in (-2.0, 0.0, 1.5):
        u, v = np.moveaxis(point + step * direction, -1, 0)
        np.testing.assert_allclose(Ix * u + Iy * v + It, 0, atol=20 * rounding)


def test_the_lines_point_lies_at_the_distance_of_It_over_the_gradient(put, get):
    Ix, Iy, It = np.random.default_rng(6).normal(size=(3, 9))
    point, direction = (get(a) for a in constraint_line(put(Ix), put(Iy), put(It)))
    np.testing.assert_allclose(np.linalg.norm(point, axis=-1), np.abs(It) / np.hypot(Ix, Iy), rtol=1e-12)
    np.testing.assert_allclose(np.sum(point * direction, axis=-1), 0, atol=1e-12)  # no point is nearer


def test_the_line_runs_along_the_edge(put, get, dtype, rounding):
    _, direction = constraint_line(*(put(np.array([value]), dtype) for value in (3.0, 4.0, 1.0)))
    np.testing.assert_allclose(get(direction), [[-0.8, 0.6]], rtol=rounding)


def test_the_lines_point_is_the_normal_flow(put, get):
    fields = [put(f) for f in np.random.default_rng(7).normal(size=(3, 4, 5))]
    np.testing.assert_allclose(
        get(constraint_line(*fields)[0]), np.moveaxis(get(normal_flow(*fields)), 0, -1), rtol=1e-14
    )


def test_a_flat_pixel_has_no_line(put, get, dtype):
    Ix, Iy, It = (put(np.array(a), dtype) for a in ([0.0, 1.0], [0.0, 0.0], [0.3, 0.5]))
    for part in constraint_line(Ix, Iy, It):
        assert np.all(np.isnan(get(part)[0]))
        assert np.all(np.isfinite(get(part)[1]))


def test_constraint_line_keeps_namespace_dtype_and_device(put, dtype, same_kind):
    fields = [put(f, dtype) for f in np.random.default_rng(8).normal(size=(3, 4))]
    for part in constraint_line(*fields):
        same_kind(part, fields[0])


# Intersections


@pytest.mark.parametrize("u, v", MOTIONS)
def test_two_lines_meet_at_the_motion(put, get, dtype, rounding, u, v):
    Ix, Iy = np.array([1.0, 0.5]), np.array([0.5, -2.0])
    flow, residual = intersect_constraints(*(put(a, dtype) for a in (Ix, Iy, -(Ix * u + Iy * v))))
    np.testing.assert_allclose(get(flow), [u, v], atol=rounding)
    np.testing.assert_allclose(get(residual), 0, atol=rounding)


def test_three_noisy_lines_meet_where_least_squares_says(put, get):
    Ix, Iy, It = pixels(0.4, -0.7, count=3)
    It = It + np.array([0.05, -0.02, 0.03])
    flow, residual = intersect_constraints(put(Ix), put(Iy), put(It))
    expected, squares, *_ = np.linalg.lstsq(np.stack([Ix, Iy], axis=-1), -It, rcond=None)
    np.testing.assert_allclose(get(flow), expected, rtol=1e-10)
    assert float(residual) == pytest.approx(np.sqrt(squares[0] / 3), rel=1e-8)


def test_the_mean_of_the_normal_flows_is_not_the_motion(put, get):
    u, v = 0.4, -0.7
    fields = [put(a[None, :]) for a in pixels(u, v)]
    mean = np.mean(get(normal_flow(*fields)), axis=(1, 2))
    assert np.hypot(mean[0] - u, mean[1] - v) > 0.1
    np.testing.assert_allclose(get(intersect_constraints(*fields)[0])[0], [u, v], atol=1e-12)


def test_intersections_keep_namespace_dtype_device_and_batch(put, get, dtype, rounding, same_kind):
    fields = np.random.default_rng(9).normal(size=(3, 2, 4, 6))
    given = [put(f, dtype) for f in fields]
    flow, residual = intersect_constraints(*given)
    assert tuple(flow.shape) == (2, 4, 2)
    assert tuple(residual.shape) == (2, 4)
    same_kind(flow, given[0])
    same_kind(residual, given[0])
    one, _ = intersect_constraints(*(put(f[1, 2], dtype) for f in fields))
    np.testing.assert_allclose(get(flow)[1, 2], get(one), rtol=20 * rounding)


@pytest.mark.parametrize("count", [2, 3, 50, 2000])
@pytest.mark.parametrize("degrees", [0, 37, 90, 120])
def test_parallel_lines_are_refused(put, dtype, count, degrees):
    slope = np.random.default_rng(10).uniform(0.1, 1, count)
    Ix, Iy = slope * np.cos(np.radians(degrees)), slope * np.sin(np.radians(degrees))
    with pytest.raises(ValueError, match="the constraint lines are parallel.*normal_flow"):
        intersect_constraints(put(Ix, dtype), put(Iy, dtype), put(slope, dtype))


def test_one_parallel_pair_in_a_batch_is_refused(put):
    Ix, Iy = put(np.array([[1.0, 0.0], [1.0, 2.0]])), put(np.array([[0.0, 1.0], [1.0, 2.0]]))
    with pytest.raises(ValueError, match="parallel"):
        intersect_constraints(Ix, Iy, Ix)


def test_max_condition_bounds_the_ratio_of_eigenvalues(put):
    Ix, Iy, It = (put(np.array(a)) for a in ([10.0, 0.0], [0.0, 1.0], [1.0, 1.0]))  # the ratio is 100
    intersect_constraints(Ix, Iy, It, max_condition=101)
    with pytest.raises(ValueError, match="parallel"):
        intersect_constraints(Ix, Iy, It, max_condition=99)


# Refusals


@pytest.mark.parametrize("function", [normal_flow, constraint_line, intersect_constraints])
def test_derivatives_of_two_shapes_or_of_integers_are_refused(put, function):
    field = put(np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"Iy has shape \(4, 3\) but Ix has shape \(3, 4\)"):
        function(field, put(np.ones((4, 3))), field)
    with pytest.raises(ValueError, match=r"It has shape \(3,\) but Ix has shape \(3, 4\)"):
        function(field, field, put(np.ones(3)))
    with pytest.raises(ValueError, match="Ix has dtype .*int64: derivatives are floating point"):
        function(put(np.ones((3, 4), dtype="int64")), field, field)


def test_normal_flow_refuses_a_single_row(put):
    row = put(np.ones(4))
    with pytest.raises(ValueError, match=r"Ix has shape \(4,\)"):
        normal_flow(row, row, row)


@pytest.mark.parametrize("shape", [(), (1,), (3, 1)])
def test_one_constraint_is_not_enough(put, shape):
    one = put(np.ones(shape))
    with pytest.raises(ValueError, match="Ix has shape .*at least two constraints"):
        intersect_constraints(one, one, one)
