"""Horn–Schunck against a direct solve of its equations; TV-L1 against its energy, its prox and its promises."""

import numpy as np
import pytest
from scipy import optimize, sparse
from scipy.sparse.linalg import spsolve

from kinema.data import disc, moving_pair, rotation_flow, texture, translation_flow
from kinema.flow import horn_schunck, tv_l1, variational
from kinema.flow.variational import (
    divergence,
    edge_weights,
    forward_difference,
    linearise,
    neighbour_mean,
    primal_dual,
)
from kinema.metrics import endpoint_error

SMALL = (9, 12)


def noise(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def pair_of(u, v, shape=(41, 52), shortest=8):
    return moving_pair(texture(0, shortest=shortest), translation_flow(u, v, shape))


def two_motions(shape=(60, 80)):
    """Left half to the right, right half to the left: the boundary closes over itself at column 40."""
    flow = translation_flow(1, 0.25, shape)
    flow[:, :, shape[1] // 2 :] = np.array([-1, -0.25]).reshape(2, 1, 1)
    return moving_pair(texture(3), flow)


# Horn–Schunck


def mean_matrix(height, width):
    """The neighbour mean as a sparse matrix, pixel by pixel: 1/6 for sides, 1/12 for corners, border repeated."""
    M = sparse.lil_matrix((height * width, height * width))
    for y in range(height):
        for x in range(width):
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    if dy or dx:
                        j, k = min(max(y + dy, 0), height - 1), min(max(x + dx, 0), width - 1)
                        M[y * width + x, j * width + k] += 1 / 12 if dy and dx else 1 / 6
    return M.tocsr()


def five_point_slopes(I0, I1):
    """Ix, Iy, It of the mean frame: (1, -8, 0, 8, -1) / 12 inside, central and one-sided differences at the rim."""

    def along(I):
        d = np.gradient(I, axis=1)
        d[:, 2:-2] = (I[:, :-4] - 8 * I[:, 1:-3] + 8 * I[:, 3:-1] - I[:, 4:]) / 12
        return d

    mean = (I0 + I1) / 2
    return along(mean), along(mean.T).T, I1 - I0


def normal_equations(I0, I1, alpha):
    """Minimum of Σ (Ix u + Iy v + It)² + alpha² Σ over pairs of neighbours of w (difference of u, and of v)²."""
    Ix, Iy, It = (sparse.diags(d.ravel()) for d in five_point_slopes(I0, I1))
    size = I0.size
    smooth = alpha**2 * (sparse.identity(size) - mean_matrix(*I0.shape))
    A = sparse.bmat([[Ix @ Ix + smooth, Ix @ Iy], [Ix @ Iy, Iy @ Iy + smooth]]).tocsc()
    b = -np.concatenate([(Ix @ It).diagonal(), (Iy @ It).diagonal()])
    return spsolve(A, b).reshape(2, *I0.shape)


@pytest.mark.parametrize("alpha", [0.02, 0.1])
def test_horn_schunck_converges_to_the_direct_solution_of_its_normal_equations(put, get, alpha):
    pair = pair_of(0.3, -0.4, SMALL)
    # Jacobi's slowest mode shrinks by about 1 - slope² / alpha² a step: thousands of steps to rounding.
    flow = horn_schunck(put(pair.I0), put(pair.I1), alpha=alpha, iterations=3000)
    np.testing.assert_allclose(get(flow), normal_equations(pair.I0, pair.I1, alpha), atol=1e-9)


def test_the_neighbour_mean_is_a_symmetric_third_of_the_laplacian(put, get, dtype, rounding):
    M = mean_matrix(5, 7)
    field = noise((5, 7))
    np.testing.assert_allclose(get(neighbour_mean(put(field, dtype))).ravel(), M @ field.ravel(), atol=rounding)
    # Symmetric, border included: so the iteration belongs to an energy. And a constant is its own mean.
    assert abs(M - M.T).max() < 1e-15
    assert np.all(np.abs(M.sum(axis=1) - 1) < 1e-14)
    y, x = np.mgrid[:7, :9].astype(float)
    surface = 0.3 * x**2 - 0.2 * x * y + 0.4 * y**2 + x - 2 * y  # Laplacian 0.6 + 0.8
    bent = get(neighbour_mean(put(surface))) - surface
    np.testing.assert_allclose(bent[1:-1, 1:-1], 1.4 / 3, atol=1e-12)


def test_the_mean_takes_each_component_and_batch_for_itself(put, get):
    fields = noise((2, 3, 4, 5))
    assert np.array_equal(get(neighbour_mean(put(fields)))[1, 2], get(neighbour_mean(put(fields[1, 2]))))


def test_horn_schunck_fills_flat_regions_from_their_rims():
    pair = moving_pair(disc(30, 30, 16), translation_flow(0.5, -0.3, (61, 61)))
    few, many = (horn_schunck(pair.I0, pair.I1, alpha=0.02, iterations=n) for n in (5, 3000))
    # Information travels a pixel a step: after 5 the middle has heard nothing.
    assert np.abs(few[:, 30, 30]).max() < 1e-6
    np.testing.assert_allclose(many[:, 30, 30], [0.5, -0.3], atol=0.05)


def test_a_heavy_alpha_gives_one_motion_and_a_light_one_the_normal_flow():
    pair = moving_pair(texture(0, shortest=12), rotation_flow(0.6, (31, 40)))
    heavy = horn_schunck(pair.I0, pair.I1, alpha=100.0, iterations=20)
    assert np.abs(heavy).max() < 1e-3  # nothing moves from zero yet ...
    stiff = normal_equations(pair.I0, pair.I1, 100.0)
    assert stiff.std(axis=(1, 2)).max() < 1e-3  # ... and would move as a whole in the end
    light = horn_schunck(pair.I0, pair.I1, alpha=1e-6, iterations=1)
    Ix, Iy, It = five_point_slopes(pair.I0, pair.I1)
    steep = Ix**2 + Iy**2 > 1e-4
    np.testing.assert_allclose(light[0][steep], (-It * Ix / (Ix**2 + Iy**2))[steep], atol=1e-6)
    np.testing.assert_allclose(light[1][steep], (-It * Iy / (Ix**2 + Iy**2))[steep], atol=1e-6)


def test_horn_schunck_recovers_a_small_motion_and_with_levels_a_large_one():
    for (u, v), options in [((0.5, -0.8), {}), ((6.5, -4.2), {"levels": 4, "warps": 5})]:
        pair = pair_of(u, v, (81, 100))
        error = endpoint_error(horn_schunck(pair.I0, pair.I1, **options), pair.flow)
        assert np.median(error) < 0.1  # one linearisation errs by some per cent of the motion; alpha holds it back
    alone = horn_schunck(pair.I0, pair.I1)
    assert np.median(endpoint_error(alone, pair.flow)) > 2


# The pieces of TV-L1


def test_the_divergence_is_the_negative_adjoint_of_the_difference(put, get, dtype):
    for shape in [(5, 7), (1, 4), (4, 1), (2, 2)]:
        u, px, py = (np.round(8 * noise(shape, k)) for k in range(3))
        Dx, Dy = (get(forward_difference(put(u, dtype), axis)) for axis in (-1, -2))
        # Whole numbers: no rounding, so the two sums are equal exactly.
        assert np.sum(Dx * px + Dy * py) == -np.sum(u * get(divergence(put(px, dtype), put(py, dtype))))


def test_the_difference_looks_ahead_and_ends_in_zero(put, get):
    field = put(np.array([[1.0, 3.0, 7.0], [0.0, 5.0, 5.0]]))
    assert get(forward_difference(field, -1)).tolist() == [[2, 4, 0], [5, 0, 0]]
    assert get(forward_difference(field, 0)).tolist() == [[-1, 2, -2], [0, 0, 0]]


def test_the_linearised_data_term_is_exact_for_a_motion_on_a_ramp():
    y, x = np.mgrid[:9, :12].astype(float)
    I0, I1 = 0.02 * x - 0.03 * y, 0.02 * (x - 0.5) - 0.03 * (y + 0.25)
    flow = translation_flow(1.2, -0.6, (9, 12))
    slope0 = np.full((9, 12), 0.02), np.full((9, 12), -0.03)
    Ix, Iy, r = linearise(I0, I1, slope0, flow)
    inner = np.s_[4:-3, 3:-5]  # rows and columns whose neighbours, and theirs, are real
    np.testing.assert_allclose(Ix[inner], 0.02, atol=1e-12)
    np.testing.assert_allclose(Iy[inner], -0.03, atol=1e-12)
    # I1 - I0 at rest: r + Ix u + Iy v is the brightness error for every (u, v), wherever it was linearised.
    np.testing.assert_allclose(r[inner], (I1 - I0)[inner], atol=1e-12)
    outside = (x + 1.2 > 11) | (y - 0.6 < 0)
    for part in (Ix, Iy, r):
        assert np.all(part[outside] == 0)


def test_the_data_step_minimises_its_prox():
    # From a constant flow and no dual there is no smoothing in the first step: what is left is the data step.
    rng = np.random.default_rng(0)
    weight, start = 3.0, np.array([0.4, -0.7])
    Ix, Iy, r = rng.normal(size=(3, 4, 5)) * [[[0.3]], [[0.3]], [[0.5]]]
    flow = np.broadcast_to(start[:, None, None], (2, 4, 5)).copy()
    zeros = np.zeros((2, 4, 5))
    got, _ = primal_dual((Ix, Iy, r), np.ones((4, 5)), flow, (zeros, zeros), data_weight=weight, huber=0.0, iterations=1)
    step = 1 / np.sqrt(8)
    kinds = set()
    for y in range(4):
        for x in range(5):
            a = np.array([Ix[y, x], Iy[y, x]])

            def along(s, a=a, c=r[y, x] + Ix[y, x] * start[0] + Iy[y, x] * start[1]):
                # The minimum lies on the line start + s a: |difference|²/2 / step + weight |error|.
                return s**2 * (a @ a) / (2 * step) + weight * abs(c + s * (a @ a))

            # Convex in one unknown: dense search, then refined around the best.
            low, high = -2 * step * weight, 2 * step * weight
            for _ in range(8):
                grid = np.linspace(low, high, 401)
                best = np.argmin([along(s) for s in grid])
                low, high = grid[max(best - 1, 0)], grid[min(best + 1, 400)]
            np.testing.assert_allclose(got[:, y, x], start + (low + high) / 2 * a, atol=1e-6)
            kinds.add(np.sign(np.round(((low + high) / 2) / (step * weight), 6)) if abs(low) > 0.999 * step * weight else 0)
    assert kinds == {-1.0, 0, 1.0}  # cut off on both sides, and on the line


def energy(flow, data, edges, weight, huber):
    """Σ weight |r + Ix u + Iy v| + edges times the Huber norm of each component's slope (quadratic below huber x edges)."""
    Ix, Iy, r = data
    total = weight * np.abs(r + Ix * flow[0] + Iy * flow[1]).sum()
    for c in flow:
        gx, gy = np.zeros_like(c), np.zeros_like(c)
        gx[:, :-1], gy[:-1] = np.diff(c, axis=1), np.diff(c, axis=0)
        slope = np.hypot(gx, gy)
        if huber:
            total += np.where(slope <= huber * edges, slope**2 / (2 * huber), edges * slope - huber * edges**2 / 2).sum()
        else:
            total += (edges * slope).sum()
    return total


def problem(shape=(14, 17)):
    rng = np.random.default_rng(0)
    return tuple(0.1 * rng.normal(size=(3, *shape))), rng.uniform(0.3, 1, shape), np.zeros((2, *shape))


@pytest.mark.parametrize("huber", [0.0, 0.02, 0.2])
def test_the_energy_falls_from_no_flow_to_within_a_hundredth_of_the_minimum(huber):
    data, edges, zero = problem()
    found = [
        energy(primal_dual(data, edges, zero, (zero, zero), data_weight=20.0, huber=huber, iterations=n)[0], data, edges, 20.0, huber)
        for n in (25, 100, 5000)
    ]
    assert energy(zero, data, edges, 20.0, huber) > 1.2 * found[-1]
    assert found[0] <= 1.01 * found[-1]  # the default number of steps
    assert found[1] <= 1.001 * found[-1]


@pytest.mark.parametrize("huber", [0.0, 0.2])
def test_the_minimum_is_the_one_that_a_general_optimiser_finds(huber):
    data, edges, zero = problem((5, 6))
    Ix, Iy, r = data
    ours = energy(primal_dual(data, edges, zero, (zero, zero), data_weight=5.0, huber=huber, iterations=20000)[0], data, edges, 5.0, huber)

    def rounded(flow, corner):
        """The energy with its corners rounded off by `corner`, at most that much per term above it."""
        flow = flow.reshape(zero.shape)
        total = 5.0 * np.sqrt((r + Ix * flow[0] + Iy * flow[1]) ** 2 + corner**2).sum()
        for c in flow:
            gx, gy = np.zeros_like(c), np.zeros_like(c)
            gx[:, :-1], gy[:-1] = np.diff(c, axis=1), np.diff(c, axis=0)
            slope = np.sqrt(gx**2 + gy**2 + corner**2)
            total += (edges * slope if not huber else np.where(
                slope <= huber * edges, slope**2 / (2 * huber), edges * slope - huber * edges**2 / 2
            )).sum()  # fmt: skip
        return total

    best = zero.ravel()
    for corner in (1e-1, 1e-2, 1e-3, 1e-4):
        best = optimize.minimize(rounded, best, args=(corner,), method="L-BFGS-B", options={"maxiter": 400, "maxfun": 200000}).x
    theirs = energy(best.reshape(zero.shape), data, edges, 5.0, huber)
    assert ours <= theirs + 1e-6
    assert ours == pytest.approx(theirs, rel=2e-3)


def test_a_warm_start_at_the_minimum_stays_there():
    data, edges, zero = problem()
    options = dict(data_weight=20.0, huber=0.02)
    flow, dual = primal_dual(data, edges, zero, (zero, zero), iterations=5000, **options)
    again, _ = primal_dual(data, edges, flow, dual, iterations=20, **options)
    np.testing.assert_allclose(again, flow, atol=1e-9)
    assert np.all(np.hypot(*dual) <= edges * (1 + 1e-12))  # the dual field keeps to its bound


def test_edges_of_the_picture_weigh_less(put, get, dtype):
    Ix, Iy = np.array([[0.0, 0.09, 0.0, 40000.0]]), np.array([[0.0, 0.0, -0.16, 0.0]])
    weight = get(edge_weights(put(Ix, dtype), put(Iy, dtype), 5.0))
    np.testing.assert_allclose(weight[0, :3], [1, np.exp(-5 * 0.3), np.exp(-5 * 0.4)], rtol=1e-6)
    assert 0 < weight[0, 3] <= 1e-5  # a weight of 0 would divide the dual field by 0
    assert np.all(get(edge_weights(put(Ix, dtype), put(Iy, dtype), 0.0)) == 1)


# TV-L1


@pytest.mark.parametrize("u, v, shape", [(0.6, -0.9, (41, 52)), (6.5, -4.2, (81, 100))])
def test_a_motion_is_recovered(u, v, shape):
    pair = pair_of(u, v, shape)
    error = endpoint_error(tv_l1(pair.I0, pair.I1), pair.flow)
    assert np.median(error) < 0.02  # the Huber norm costs a little of what the slope of the picture cannot hold
    assert error[8:-8, 8:-8].max() < 0.1


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_no_motion_is_exactly_zero(put, get, dtype, engine):
    image = put(pair_of(0, 0, (20, 26)).I0, dtype)
    assert np.all(get(tv_l1(image, image, engine=engine)) == 0)
    assert np.all(get(horn_schunck(image, image)) == 0)


def test_u_is_to_the_right_and_v_is_down_and_transposing_swaps_them():
    pair = pair_of(1.5, -0.75)
    for method, options in ((tv_l1, {}), (horn_schunck, {"levels": 2, "warps": 3})):
        flow = method(pair.I0, pair.I1, **options)
        assert np.median(flow[0]) == pytest.approx(1.5, abs=0.1) and np.median(flow[1]) == pytest.approx(-0.75, abs=0.1)
        turned = method(pair.I0.T.copy(), pair.I1.T.copy(), **options)
        np.testing.assert_allclose(turned, flow[::-1].transpose(0, 2, 1), atol=1e-9)


def test_a_motion_boundary_stays_sharp_where_horn_schunck_blurs_it():
    pair = two_motions()
    sharp = tv_l1(pair.I0, pair.I1)
    soft = horn_schunck(pair.I0, pair.I1, levels=3, warps=5, iterations=300)

    def width(flow):
        """Columns on which the median profile of u is neither side's to 20 %."""
        profile = np.median(flow[0][10:-10], axis=0)
        return int(np.sum(np.abs(profile) < 0.8))

    assert width(sharp) <= 2
    assert width(soft) >= 5
    assert np.mean(endpoint_error(sharp, pair.flow)) < 0.6 * np.mean(endpoint_error(soft, pair.flow))


def test_wild_pixels_are_set_aside_where_horn_schunck_follows_them():
    pair = pair_of(0.6, -0.9)
    spotted = pair.I1.copy()
    spotted[np.random.default_rng(0).uniform(size=spotted.shape) < 0.03] = 1
    robust = [np.mean(endpoint_error(tv_l1(pair.I0, I1), pair.flow)) for I1 in (pair.I1, spotted)]
    squares = [
        np.mean(endpoint_error(horn_schunck(pair.I0, I1, levels=2, warps=5), pair.flow)) for I1 in (pair.I1, spotted)
    ]
    assert robust[1] < 0.05
    assert squares[1] > 0.2 > 10 * squares[0]


def test_a_heavier_data_weight_follows_the_brightness_more_closely():
    pair = two_motions()
    variation = [
        sum(np.abs(np.diff(flow, axis=a)).sum() for a in (-1, -2))
        for flow in (tv_l1(pair.I0, pair.I1, data_weight=w) for w in (0.05, 2.0, 20.0))
    ]
    assert variation[0] < 0.2 * variation[1] < 0.25 * variation[2]


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_without_the_median_wild_values_stay_but_the_field_is_the_same_elsewhere(engine):
    pair = pair_of(0.6, -0.9)
    with_median, without = (tv_l1(pair.I0, pair.I1, median=m, engine=engine) for m in (5, 1))
    assert np.all(np.isfinite(without)) and not np.array_equal(with_median, without)
    assert np.median(np.abs(with_median - without)) < 0.01


def test_the_defaults_are_what_the_signatures_say():
    pair = pair_of(1.5, -0.75, (64, 81))
    named = tv_l1(
        pair.I0, pair.I1, data_weight=20.0, levels=3, warps=5, iterations=25, huber=0.02, edge_stop=5.0, median=5, blur=0.5
    )
    assert np.array_equal(tv_l1(pair.I0, pair.I1), named)
    named = horn_schunck(pair.I0, pair.I1, alpha=0.05, iterations=200, levels=1, warps=1)
    assert np.array_equal(horn_schunck(pair.I0, pair.I1), named)


@pytest.mark.parametrize("method, options", [(horn_schunck, {"iterations": 20}), (tv_l1, {"warps": 2, "engine": "plain"})])
def test_every_library_gives_numpys_result(put, get, dtype, same_kind, method, options):
    pair = pair_of(0.6, -0.9, (12, 15))
    I0 = put(pair.I0, dtype)
    flow = method(I0, put(pair.I1, dtype), **options)
    same_kind(flow, I0)
    # A few dozen steps on rounding of brightness, 1e-7, over slopes of 1e-2.
    np.testing.assert_allclose(get(flow), method(pair.I0, pair.I1, **options), atol=1e-3 if dtype == "float32" else 1e-10)


def test_integer_frames_equal_scaled_floats():
    I0, I1 = (np.rint(255 * I).astype(np.uint8) for I in pair_of(0.6, -0.9, (20, 26))[:2])
    scaled = [I.astype(np.float32) / np.float32(255) for I in (I0, I1)]
    for method in (horn_schunck, tv_l1):
        assert method(I0, I1).dtype == np.float32
        np.testing.assert_allclose(method(I0, I1), method(*scaled), atol=1e-5)


def test_torch_differentiates_both(gradcheck, gradients):
    pair = pair_of(0.3, -0.2, (5, 6))
    gradcheck(lambda a, b: horn_schunck(a, b, iterations=3), pair.I0, pair.I1)
    blank = np.full((20, 26), 0.5)
    for frames in (pair_of(0.6, -0.9, (20, 26))[:2], (blank, pair_of(0, 0, (20, 26)).I0)):
        for gradient in gradients(lambda a, b: tv_l1(a, b, warps=1, iterations=5, engine="plain"), *frames):
            assert np.all(np.isfinite(gradient))
    assert np.abs(gradient).max() > 0


# Refusals


@pytest.mark.parametrize("method", [horn_schunck, tv_l1])
def test_both_refuse(put, method):
    I0, I1 = (put(I) for I in pair_of(1, -1, (20, 26))[:2])

    def refused(message, *frames, **options):
        with pytest.raises(ValueError, match=message):
            method(*(frames or (I0, I1)), **options)

    refused("the two frames must agree", I0, I1[1:, ...])
    refused("contains NaN", I0 * float("nan"), I1)
    refused("one pair of gray frames", I0[None, ...], I1[None, ...])
    refused("4 x 26 pixels, but at least 5 x 5", I0[:4, ...], I1[:4, ...])
    for name in ("warps", "iterations", "levels"):
        for value in (0, -1, 1.5, True, "2"):
            refused(f"{name} must be a positive integer", **{name: value})
    refused("levels must be between 1 and 3 for a frame of 20 x 26, got 4", levels=4)


def test_each_refuses_its_own_options(put):
    frames = [put(I) for I in pair_of(1, -1, (20, 26))[:2]]
    for alpha in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="alpha must be positive"):
            horn_schunck(*frames, alpha=alpha)
    for weight in (0, float("nan")):
        with pytest.raises(ValueError, match="data_weight must be positive"):
            tv_l1(*frames, data_weight=weight)
    for name in ("huber", "edge_stop", "blur"):
        for value in (-0.1, float("nan")):
            with pytest.raises(ValueError, match="huber, edge_stop and blur must be at least 0"):
                tv_l1(*frames, **{name: value})
    with pytest.raises(ValueError, match="median must be an odd"):
        tv_l1(*frames, median=4)
    with pytest.raises(ValueError, match="engine must be one of 'auto', 'plain'"):
        tv_l1(*frames, engine="fast")


def test_steps_are_within_the_bound_that_makes_them_converge():
    # Primal step x dual step x squared norm of the gradient must not exceed 1: the norm by power iteration.
    field = noise((30, 33))
    for _ in range(300):
        field = -divergence(forward_difference(field, -1), forward_difference(field, -2))
        norm = np.linalg.norm(field)
        field = field / norm
    assert 7.9 < norm <= 8
    assert variational.STEP**2 * norm <= 1
