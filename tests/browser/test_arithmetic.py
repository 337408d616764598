"""The demos' JavaScript computes what kinema computes: each exported function beside its Python twin.

Both sides work in float64, on numbers of order one, with the same formulas and at most a few
hundred terms a sum. They differ by the order of additions alone: some 1e-13, times the condition of
the random 2 x 2 systems. 1e-9 leaves room for that and for no real slip.
"""

import colorsys
from itertools import pairwise

import numpy as np
import pytest
from kinema import filters, flow
from kinema.data import affine_flow, moving_pair, texture, translation_flow
from kinema.data.clips import Clip
from kinema.data.synthetic import texture_waves
from kinema.filters import correlate1d, gaussian_blur, window_sum
from kinema.flow import pyramid
from kinema.flow.derivatives import five_point
from kinema.flow.warping import warp
from kinema.metrics import endpoint_error, epe
from kinema.sampling import sample_bicubic, sample_bilinear
from kinema.cost import count_macs
from kinema.cost.layers import layers
from kinema.viz import color_wheel, flow_to_color
from kinema.widgets.demo import MODULES
from settings import lehmer_normals, moving_scene
from settings import texture as scene_texture
from twins import coarse_to_fine, refined

pytestmark = pytest.mark.browser

DRAWING = {"kit"}  # builds and draws; the tests of the pages and of the demos drive it
HELD = set()  # (module, function) that some test below holds to its twin

CALL = """async ([url, name, given]) => {
  const plain = (x) => ArrayBuffer.isView(x) ? Array.from(x)
    : Array.isArray(x) ? x.map(plain)
    : x && typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
  return plain((await import(url))[name](...given));
}"""


def holds(module, *functions):
    """Mark a test as the one that holds these functions to their twins."""
    HELD.update((module, f) for f in functions)
    return lambda test: test


@pytest.fixture
def js(workbench, modules):
    """js("module.function", *arguments): what the browser makes of it, arrays as lists."""

    def call(where, *given):
        module, function = where.split(".")
        return workbench.evaluate(CALL, [f"{modules}/demos/{module}.js", function, [_plain(g) for g in given]])

    return call


def _plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def close(got, want):
    np.testing.assert_allclose(np.asarray(got, float), np.asarray(want, float), rtol=1e-9, atol=1e-9)


def draws(count=4):
    return [np.random.default_rng([1981, k]) for k in range(count)]


def edge_equations(rng, n=12):
    """Equations whose gradients are all parallel."""
    angle, scale = rng.uniform(0, np.pi), rng.uniform(0.2, 1, n)
    return np.stack([scale * np.cos(angle), scale * np.sin(angle), rng.standard_normal(n)], axis=1)


# ---- flow.js ----


@holds("flow", "derivatives")
@pytest.mark.parametrize("gradient_of", ["I0", "I1", "mean"])
def test_derivatives_are_kinemas_border_included(js, gradient_of):
    for rng in draws():
        height, width = rng.integers(3, 12, 2)
        I0, I1 = rng.random((2, height, width))
        got = js("flow.derivatives", I0.ravel(), I1.ravel(), width, height, gradient_of)
        want = flow.derivatives(I0, I1, gradient_of=gradient_of)
        for name, field in zip(("Ix", "Iy", "It"), want, strict=True):
            close(got[name], field.ravel())


@holds("flow", "derivatives")
def test_derivatives_differentiate_the_second_frame_unless_told(js):
    I0, I1 = np.random.default_rng(2).random((2, 5, 6))
    got = js("flow.derivatives", I0.ravel(), I1.ravel(), 6, 5)
    close(got["Ix"], flow.derivatives(I0, I1)[0].ravel())


@holds("flow", "derivatives")
def test_derivatives_of_a_flat_still_frame_are_zero(js):
    got = js("flow.derivatives", [0.4] * 12, [0.4] * 12, 4, 3, "mean")
    assert not np.any([got["Ix"], got["Iy"], got["It"]])


@holds("flow", "normalFlow")
def test_normal_flow_is_kinemas_and_zero_without_a_gradient(js):
    for rng in draws():
        fields = rng.standard_normal((3, 1, 7))
        fields[:2, 0, 3] = 0
        want = flow.normal_flow(*fields)
        for k in range(7):
            close(js("flow.normalFlow", *fields[:, 0, k]), want[:, 0, k])
    assert js("flow.normalFlow", 0, 0, 0.3) == [0, 0]


@holds("flow", "eigenvalues")
def test_eigenvalues_are_kinemas_and_numpys(js):
    for rng in draws(8):
        A = rng.standard_normal((6, 2))
        M = A.T @ A
        got = js("flow.eigenvalues", *M[[0, 0, 1], [0, 1, 1]])
        close(got, np.linalg.eigvalsh(M)[::-1])
        close(got, np.ravel(flow.eigenvalues(*M[[0, 0, 1], [0, 1, 1], None])))


@holds("flow", "eigenvalues")
def test_the_smaller_eigenvalue_of_an_edge_or_of_nothing_is_not_negative(js):
    assert js("flow.eigenvalues", 0, 0, 0) == [0, 0]
    for rng in draws():
        Ix, Iy = edge_equations(rng)[:, :2].T
        got = js("flow.eigenvalues", Ix @ Ix, Ix @ Iy, Iy @ Iy)
        assert got[1] >= 0
        close(got, [Ix @ Ix + Iy @ Iy, 0])


@holds("flow", "principalAngle")
def test_principal_angle_points_along_kinemas_principal_direction(js):
    random = [A.T @ A for A in (rng.standard_normal((5, 2)) for rng in draws(8))]
    axes_and_circle = np.diag([1.0, 0]), np.diag([0, 1.0]), np.diag([0.5, 0.5])
    for M in (*random, *axes_and_circle):
        J = M[[0, 0, 1], [0, 1, 1]]
        angle = js("flow.principalAngle", *J)
        want = flow.principal_direction(*(np.full((1, 1), j) for j in J))[:, 0, 0]
        close([np.cos(angle), np.sin(angle)], want)


@holds("flow", "fiveSums")
def test_five_sums_are_the_normal_equations(js):
    for rng in draws():
        rows = rng.standard_normal((int(rng.integers(1, 30)), 3))
        A, b = rows[:, :2], -rows[:, 2]
        got = js("flow.fiveSums", rows)
        close([got["Jxx"], got["Jxy"], got["Jyy"]], (A.T @ A)[[0, 0, 1], [0, 1, 1]])
        close([got["bx"], got["by"]], A.T @ b)
        assert got["n"] == len(rows)
    assert js("flow.fiveSums", []) == {"Jxx": 0, "Jxy": 0, "Jyy": 0, "bx": 0, "by": 0, "n": 0}


@holds("flow", "solveLocal")
def test_local_estimate_covariance_and_residual_are_kinemas(js):
    for rng in draws(8):
        rows = rng.standard_normal((int(rng.integers(3, 30)), 3))
        got, want = js("flow.solveLocal", rows), flow.solve_local(rows[:, :2], -rows[:, 2])
        close(got["flow"], want.flow)
        close(got["covariance"], want.covariance[[0, 0, 1], [0, 1, 1]])
        close(got["residual"], want.residual)


@holds("flow", "solveLocal")
def test_local_estimate_is_refused_where_kinema_refuses_it(js):
    flat = np.zeros((9, 3))
    for rows in (flat, *(edge_equations(rng) for rng in draws())):
        assert np.isnan(flow.solve_local(rows[:, :2], -rows[:, 2]).flow).all()
        assert js("flow.solveLocal", rows) is None


@holds("flow", "solveLocal")
def test_two_crossing_lines_meet_exactly_and_leave_no_residual(js):
    for rng in draws():
        rows = rng.standard_normal((2, 3))
        got = js("flow.solveLocal", rows)
        close(got["flow"], np.linalg.solve(rows[:, :2], -rows[:, 2]))
        assert got["residual"] == 0


@holds("flow", "windowEquations")
@pytest.mark.parametrize("point", [(5, 4), (0, 0), (8, 0), (0, 6), (8, 6), (1, 5)])
@pytest.mark.parametrize("window", [1, 3, 7])
def test_a_window_holds_kinemas_equations_those_inside_the_frame(js, point, window):
    rng = np.random.default_rng([*point, window])
    I0, I1 = rng.random((2, 7, 9))
    Ix, Iy, It = flow.derivatives(I0, I1)
    got = js("flow.windowEquations", {"Ix": Ix.ravel(), "Iy": Iy.ravel(), "It": It.ravel()}, 9, 7, *point, window)
    A, b = flow.local_system(I0, I1, np.array([point], float), window=window)
    inside = np.abs(A[0]).sum(axis=1) + np.abs(b[0]) > 0  # kinema keeps an empty row where the frame ends
    close(got, np.column_stack([A[0], -b[0]])[inside])


@holds("flow", "classify")
def test_flat_edge_and_corner_are_kinemas_limits_included(js):
    names = {flow.FLAT: "flat", flow.EDGE: "edge", flow.CORNER: "corner"}
    limits = [(0.3, 0.3), (0.3, 0.29), (0.29, 0.29), (3.0, 0.3), (3.01, 0.3), (0, 0), (5, 0)]
    random = [np.sort(rng.exponential(size=2))[::-1] for rng in draws(20)]
    for l1, l2, threshold in [*((*pair, 0.3) for pair in limits), *((*pair, 0.4) for pair in random)]:
        want = flow.classify(np.array([l1], float), np.array([l2], float), threshold=threshold)
        assert js("flow.classify", l1, l2, threshold) == names[int(want[0])]
    assert js("flow.classify", 5, 1, 0.3, 4) == "edge"


@holds("flow", "matchCosts")
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("patch", [1, 3, 5])
def test_match_costs_are_kinemas_and_infinite_where_the_patch_leaves_the_frame(js, channels, patch):
    half = patch // 2
    for point in ((6, 5), (half, half), (12 - half, 9 - half)):
        rng = np.random.default_rng([*point, channels, patch])
        I0, I1 = rng.random((2, 10, 13, channels))
        got = js("flow.matchCosts", I0.ravel(), I1.ravel(), 13, 10, channels, *point, 3, patch)
        want = flow.match_pixel(I0, I1, point, radius=3, patch=patch, channel_axis=-1).cost
        assert np.isinf(want).any() == (point != (6, 5) or patch == 5)
        close(got, want.ravel())


@holds("flow", "bilinear")
def test_values_between_pixels_are_kinemas_and_clamped_outside(js):
    for rng in draws():
        height, width = (int(n) for n in rng.integers(2, 9, 2))
        image = rng.random((height, width))
        x = np.concatenate([rng.uniform(-2, width + 1, 10), [0, width - 1, width - 1.0, -5, 1]])
        y = np.concatenate([rng.uniform(-2, height + 1, 10), [0, height - 1, 0.5, 99, 1]])
        want = sample_bilinear(image, x, y)
        for a, b, value in zip(x, y, want, strict=True):
            close(js("flow.bilinear", image.ravel(), width, height, a, b), value)


# ---- texture.js and warping.js ----


@holds("texture", "sampleTexture")
def test_the_texture_is_kinemas_wherever_it_is_sampled(js):
    for seed in range(3):
        shift = np.random.default_rng(seed).uniform(-9, 9, 2)
        options = {"shortest": 5.0, "longest": 30.0, "waves": 20}
        want = moving_pair(texture(seed, **options), translation_flow(*shift, (7, 10)))
        waves = texture_waves(seed, **options)
        close(js("texture.sampleTexture", waves, 10, 7, shift), want.I0.ravel())
        close(js("texture.sampleTexture", waves, 10, 7, [0, 0]), want.I1.ravel())


@holds("warping", "bicubic", "keysWeights")
def test_cubic_values_between_pixels_are_kinemas_and_clamped_outside(js):
    for rng in draws():
        height, width = (int(n) for n in rng.integers(2, 9, 2))
        image = rng.random((height, width))
        x = np.concatenate([rng.uniform(-2, width + 1, 10), [0, width - 1, -5, 1, 99]])
        y = np.concatenate([rng.uniform(-2, height + 1, 10), [0, height - 1, 99, 1, 0.25]])
        for a, b, value in zip(x, y, sample_bicubic(image, x, y), strict=True):
            close(js("warping.bicubic", image.ravel(), width, height, a, b), value)
    close(js("warping.keysWeights", 0.5), [-1 / 16, 9 / 16, 9 / 16, -1 / 16])


@holds("warping", "nearest")
def test_the_nearest_pixel_is_that_of_rounding_and_clamped_outside(js):
    image = np.random.default_rng(2).random((5, 7))
    for x, y in [(0.4, 0.6), (2.5, 3.5), (-3, 2), (9, 9), (6, 4), (3.49, 0.51), (-0.5, 4.5)]:
        column, row = np.clip(np.floor([x + 0.5, y + 0.5]), 0, [6, 4]).astype(int)
        assert js("warping.nearest", image.ravel(), 7, 5, x, y) == image[row, column]


def moves(rng):
    """Motions by fractions of a pixel, by none, by whole pixels and out of the frame."""
    return [*rng.uniform(-3, 3, (4, 2)), np.zeros(2), np.array([2.0, -1.0]), np.array([40.0, 0.3])]


@holds("warping", "warp")
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
def test_a_frame_is_warped_as_kinema_warps_it(js, interpolation):
    rng = np.random.default_rng(7)
    image = rng.random((6, 9))
    for d in moves(rng):
        moved = np.floor(d + 0.5) if interpolation == "nearest" else d
        how = {"fill": "edge", "interpolation": "bilinear" if interpolation == "nearest" else interpolation}
        want = flow.warp(image, translation_flow(*moved, (6, 9)), **how)
        close(js("warping.warp", image.ravel(), 9, 6, d, interpolation), want.ravel())


@holds("warping", "landingBox")
def test_the_box_of_pixels_that_land_inside_is_kinemas(js):
    for d in moves(np.random.default_rng(8)):
        left, right, top, bottom = js("warping.landingBox", 9, 6, d)
        y, x = np.mgrid[:6, :9]
        box = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        np.testing.assert_array_equal(box, flow.lands_inside(translation_flow(*d, (6, 9))))


@holds("warping", "gaussianBlur")
def test_blurring_is_kinemas_mirrored_border_included_and_without_width_nothing(js):
    for rng in draws():
        height, width = (int(n) for n in rng.integers(8, 14, 2))
        image = rng.random((height, width))
        for sigma in (0.5, 1.3, 2.0):
            close(js("warping.gaussianBlur", image.ravel(), width, height, sigma), gaussian_blur(image, sigma).ravel())
        assert js("warping.gaussianBlur", image.ravel(), width, height, 0) == image.ravel().tolist()
        close(js("warping.gaussianBlur", image[0], width, 1, 2.0), gaussian_blur(np.tile(image[0], (8, 1)), 2.0)[0])


@holds("warping", "gaussianPyramid", "halved")
def test_pyramids_are_kinemas_for_odd_and_even_sizes(js):
    for rng in draws():
        height, width = (int(n) for n in rng.integers(17, 30, 2))
        image = rng.random((height, width))
        got = js("warping.gaussianPyramid", image.ravel(), width, height, 4)
        for level, want in zip(got, flow.gaussian_pyramid(image, 4), strict=True):
            assert (level["height"], level["width"]) == want.shape
            close(level["field"], want.ravel())
        slip = js("warping.halved", {"field": image.ravel(), "width": width, "height": height}, False)
        close(slip["field"], image[::2, ::2].ravel())  # nothing blurred


@holds("warping", "fitTranslation")
def test_one_motion_of_a_box_is_kinemas_local_estimate(js):
    for rng in draws(6):
        fields = rng.standard_normal((3, 8, 11))
        rows = fields[:, 2:6, 1:8].reshape(3, -1).T
        want = flow.solve_local(rows[:, :2], -rows[:, 2]).flow
        close(js("warping.fitTranslation", *(f.ravel() for f in fields), 11, [1, 7, 2, 5]), want)


@holds("warping", "fitTranslation")
def test_a_box_too_small_or_with_an_edge_alone_gives_no_motion(js):
    fields = [f.ravel() for f in np.random.default_rng(3).standard_normal((3, 8, 11))]
    assert js("warping.fitTranslation", *fields, 11, [3, 2, 0, 7]) is None
    assert js("warping.fitTranslation", *fields, 11, [3, 4, 0, 3]) is None  # 8 pixels
    assert js("warping.fitTranslation", *fields, 11, [0, 10, 0, 7], 200) is None
    assert js("warping.fitTranslation", fields[0], 2 * np.array(fields[0]), fields[2], 11, [0, 10, 0, 7]) is None
@holds("flow", "normals")
def test_noise_repeats_and_is_nearly_normal(js):
    got = np.array(js("flow.normals", 4000, 1992))
    close(got, lehmer_normals(4000, 1992))
    # Standard errors of 4000 draws: 0.016 of the mean, 0.011 of the deviation; four of them.
    assert abs(got.mean()) < 0.065 and abs(got.std() - 1) < 0.045
    assert abs(np.corrcoef(got[:-1], got[1:])[0, 1]) < 0.065


@holds("flow", "windowSums")
@pytest.mark.parametrize("window", [1, 3, 7])
def test_window_sums_are_kinemas_border_included(js, window):
    for rng in draws():
        field = rng.standard_normal(rng.integers(3, 12, 2))
        got = js("flow.windowSums", field.ravel(), *field.shape[::-1], window)
        close(got, window_sum(field, window, "box").ravel())


@holds("flow", "denseFlow")
@pytest.mark.parametrize("window", [5, 9])
def test_dense_flow_is_kinemas_and_unknown_where_kinema_knows_nothing(js, window):
    for rng in draws():
        I0, I1 = rng.random((2, 17, 21))
        I0[:, 11:] = I1[:, 11:] = 0.5
        I0[:9, :11] *= 4e-3  # slopes around the least that kinema trusts: some windows pass, some do not
        I1[:9, :11] *= 4e-3
        got = js("flow.denseFlow", I0.ravel(), I1.ravel(), 21, 17, window)
        want = flow.lucas_kanade(I0, I1, window=window, gradient_of="mean")
        assert np.isnan(want).any() and np.isfinite(want).any()
        close([[np.nan if z is None else z for z in got[c]] for c in "uv"], want.reshape(2, -1))
        J = flow.structure_tensor(*flow.derivatives(I0, I1, gradient_of="mean")[:2], window=window)
        known = np.isfinite(want[0]).ravel()
        close(np.array(got["condition"])[known], flow.condition_number(*flow.eigenvalues(*J)).ravel()[known])


# ---- the demos' own ----


@holds("aliasing", "nearestMatchShift")
def test_the_nearest_match_is_kinemas_half_a_period_included(js):
    rng = np.random.default_rng(6)
    random = zip(rng.uniform(2, 20, 20), rng.uniform(-40, 40, 20), strict=True)
    for period, shift in [(8, 4), (8, -4), (8, 12), (8, 8), (12, 0), *random]:
        close(js("aliasing.nearestMatchShift", period, shift), flow.nearest_match_shift(period, shift))


@holds("aliasing", "halvingsNeeded")
def test_the_halvings_are_kinemas(js):
    for motion, safe in [(10, 1.25), (10, 1), (0, 1), (1, 1), (1.01, 1), (64, 1), (0.3, 0.1)]:
        assert js("aliasing.halvingsNeeded", motion, safe) == flow.halvings_needed(motion, safe)


@holds("aliasing", "gainOfBlur", "stripesLeft")
def test_what_the_blur_leaves_of_stripes_is_kinemas_gain(js):
    for period in (4, 8, 12.5, 24):
        close(js("aliasing.gainOfBlur", 1 / period), flow.gain_of_blur(1 / period))
        gains = [1, *(flow.gain_of_blur(2**level / period) for level in range(3))]
        close(js("aliasing.stripesLeft", period, 4), np.cumprod(gains))
    x = np.arange(200)
    level = flow.gaussian_pyramid(np.tile(np.cos(2 * np.pi * x / 8), (9, 1)), 2)[1]
    close(js("aliasing.stripesLeft", 8, 2)[1], level[2, 8])  # a crest


def two_scales(x, period):
    hills = 0.6 * np.cos(2 * np.pi * x / 61 + 0.4) + 0.4 * np.cos(2 * np.pi * x / 43 + 2.1)
    return 0.5 + 0.25 * np.cos(2 * np.pi * x / period) + 0.15 * hills


@holds("aliasing", "twoScales")
def test_the_pattern_of_two_scales_stays_within_black_and_white(js):
    for x in np.random.default_rng(1).uniform(-50, 200, 20):
        close(js("aliasing.twoScales", x, 12), two_scales(x, 12))
    assert 0 <= two_scales(np.arange(1000), 12).min() and two_scales(np.arange(1000), 12).max() <= 1


def shift_cost(I0, I1, shift):
    """Twin of `shiftCost`."""
    overlap = len(I0) - abs(shift)
    if overlap < len(I0) / 2:
        return np.inf
    a, b = max(0, -shift), max(0, shift)
    return np.mean((I1[b : b + overlap] - I0[a : a + overlap]) ** 2)


@holds("aliasing", "shiftCost")
def test_the_cost_of_a_shift_is_the_mean_square_over_the_overlap(js):
    for rng in draws():
        I0, I1 = rng.random((2, int(rng.integers(8, 30))))
        for shift in (-9, -3, 0, 1, 4, 25):
            got, want = js("aliasing.shiftCost", I0, I1, shift), shift_cost(I0, I1, shift)
            assert got == want == np.inf or got == pytest.approx(want, rel=1e-9)


@holds("aliasing", "searchDownhill")
def test_a_search_downhill_ends_where_no_neighbour_is_better(js):
    for rng in draws(8):
        I0, I1 = rng.random((2, 40))
        for start in (-8, 0, 5):
            end = js("aliasing.searchDownhill", I0, I1, start)
            here = shift_cost(I0, I1, end)
            assert here <= min(shift_cost(I0, I1, end - 1), shift_cost(I0, I1, end + 1))
            way = [*(shift_cost(I0, I1, s) for s in range(start, end, 1 if end > start else -1)), here]
            assert all(a > b for a, b in pairwise(way)), "every step went down"


@holds("aliasing", "searchDownhill")
@pytest.mark.parametrize("shift", [2, -3, 5, 6, -6, 11])
def test_on_stripes_alone_it_ends_at_kinemas_nearest_match(js, shift):
    x = np.arange(160)
    I0, I1 = (0.5 + 0.5 * np.cos(2 * np.pi * (x + d) / 8) for d in (shift, 0))
    assert js("aliasing.searchDownhill", I0, I1, 0) == flow.nearest_match_shift(8, shift)


@holds("aliasing", "searchLevels")
def test_the_search_on_levels_starts_each_from_twice_the_answer_above(js):
    x = np.arange(160)
    I0, I1 = two_scales(x + 10, 12), two_scales(x, 12)
    got = js("aliasing.searchLevels", I0, I1, 4)
    assert [s["level"] for s in got] == [3, 2, 1, 0]
    assert [s["start"] for s in got] == [0, *(2 * s["found"] for s in got[:-1])]
    assert got[-1]["found"] == 10 and js("aliasing.searchLevels", I0, I1, 1)[0]["found"] == -2
    rows = [flow.gaussian_pyramid(np.tile(I, (9, 1)), 4) for I in (I0, I1)]
    for step in got:
        a, b = (pyramid[step["level"]][0] for pyramid in rows)
        assert js("aliasing.searchDownhill", a, b, step["start"]) == step["found"]


@holds("coarse_to_fine", "refine", "coarseToFine")
@pytest.mark.parametrize("doubled", [True, False])
@pytest.mark.parametrize("blurred", [True, False])
def test_the_motion_of_each_level_is_what_kinemas_parts_make_of_it(js, doubled, blurred):
    pair = moving_pair(texture(2, shortest=6, longest=80), translation_flow(4.5, -2.7, (36, 47)))
    given = [js("warping.gaussianPyramid", I.ravel(), 47, 36, 3, blurred) for I in pair[:2]]
    got = js("coarse_to_fine.coarseToFine", *given, {"rounds": 2, "doubled": doubled})
    want = coarse_to_fine(pair.I0, pair.I1, levels=3, rounds=2, doubled=doubled, blurred=blurred)
    close([[step["guess"], step["found"]] for step in got], want)
    motions = js("coarse_to_fine.refine", pair.I0.ravel(), pair.I1.ravel(), 47, 36, [4, -2], 3)
    close(motions, [refined(pair.I0, pair.I1, [4, -2], k) for k in range(4)])


@holds("coarse_to_fine", "refine")
def test_frames_that_hardly_overlap_move_the_motion_no_further(js):
    I0, I1 = np.random.default_rng(1).random((2, 12 * 16))
    assert js("coarse_to_fine.refine", I0, I1, 16, 12, [14, -9], 2) == [[14, -9]] * 3


@holds("coarse_to_fine", "edgeOfBasin")
def test_the_edge_of_a_basin_is_the_last_motion_before_the_first_that_is_lost(js):
    for errors, edge in [
        ([0, 0.1, 0.2, 3, 0.1], 2),
        ([0, 0.1, 0.2, 0.3, 0.4], 4),
        ([1, 0, 0, 0, 0], None),
        ([0, 0.5, 0, 0, 0], 0),
    ]:
        assert js("coarse_to_fine.edgeOfBasin", [0, 1, 2, 3, 4], errors, 0.5) == edge


@holds("aperture", "stripeConstraint")
def test_a_stripe_measures_only_the_motion_across_itself(js):
    for rng in draws():
        degrees, d = rng.uniform(0, 180), rng.standard_normal(2)
        Ix, Iy, It = js("aperture.stripeConstraint", degrees, d)
        close([Ix, Iy], [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        fields = (np.full((1, 1), z) for z in (Ix, Iy, It))
        close(flow.flow_equation_residual(*fields, d[:, None, None]), [[0]])


@holds("aperture", "endMotion")
def test_stripe_ends_move_where_the_constraint_line_meets_the_border(js):
    # Along a vertical border nothing moves sideways: one more constraint, u = 0.
    for rng in draws(6):
        c = rng.standard_normal(3)
        for border, extra in (("vertical", (1.0, 0.0, 0.0)), ("horizontal", (0.0, 1.0, 0.0))):
            want, _ = flow.intersect_constraints(*np.array([c, extra]).T)
            close(js("aperture.endMotion", c, border), want)
    assert js("aperture.endMotion", [1, 0, 0.5], "vertical") is None
    assert js("aperture.endMotion", [0, 1, 0.5], "horizontal") is None


@holds("constraint_lines", "averageNormalFlow")
def test_the_tempting_average_is_that_of_kinemas_normal_flows(js):
    for rng in draws():
        rows = rng.standard_normal((int(rng.integers(1, 9)), 3))
        rows[0, :2] = 0
        want = flow.normal_flow(*(rows[None, :, k] for k in range(3))).mean(axis=(1, 2))
        close(js("constraint_lines.averageNormalFlow", rows), want)


@holds("constraint_lines", "meetingPoint")
def test_lines_meet_where_kinema_intersects_them(js):
    for rng in draws(8):
        rows = rng.standard_normal((int(rng.integers(2, 9)), 3))
        try:
            want = flow.intersect_constraints(*rows.T, max_condition=200)[0]
        except ValueError:
            want = None
        got = js("constraint_lines.meetingPoint", rows)
        assert (got is None) == (want is None)
        if want is not None:
            close(got, want)


@holds("constraint_lines", "meetingPoint")
def test_parallel_lines_and_single_lines_meet_nowhere(js):
    for rows in (np.zeros((3, 3)), np.ones((1, 3)), *(edge_equations(rng) for rng in draws())):
        assert js("constraint_lines.meetingPoint", rows) is None
    nearly = [[1, 0, 0.3], [1, 0.05, 0.1]]
    assert js("constraint_lines.meetingPoint", nearly) is None  # condition 1602
    assert js("constraint_lines.meetingPoint", nearly, 2000) is not None


@holds("taylor", "profile", "slope")
def test_the_slope_is_the_derivative_of_the_profile(js):
    # A central difference of step h errs by h² / 6 times the third derivative, here below 1e-8.
    h = 1e-4
    for rng in draws(6):
        x, w = rng.uniform(0, 40), rng.uniform(8, 40)
        numerical = (js("taylor.profile", x + h, w) - js("taylor.profile", x - h, w)) / (2 * h)
        assert abs(js("taylor.slope", x, w) - numerical) < 1e-7
        assert 0 <= js("taylor.profile", x, w) <= 1


@holds("taylor", "oneDimension")
def test_the_flow_equation_in_one_dimension_is_kinemas_with_no_slope_across(js):
    for rng in draws(6):
        x, d, w = rng.uniform(8, 32), rng.uniform(-8, 8), rng.uniform(8, 40)
        got = js("taylor.oneDimension", x, d, w)
        # The row moves right by d, so I1(x) = I0(x - d).
        close(got["It"], js("taylor.profile", x - d, w) - js("taylor.profile", x, w))
        close(got["Ix"], js("taylor.slope", x - d, w))  # the slope of I1
        Ix, Iy, It = (np.full((1, 1), z) for z in (got["Ix"], 0.0, got["It"]))
        close(got["estimate"], flow.normal_flow(Ix, Iy, It)[0, 0, 0])
        close(got["left"], flow.flow_equation_residual(Ix, Iy, It, np.array([d, 0.0])[:, None, None])[0, 0])


MARGIN = 13  # blurred beyond what is shown, and cut


@holds("iterate", "hills", "rowPair")
@pytest.mark.parametrize("sigma", [0, 1.5, 4])
def test_the_row_moves_right_and_is_blurred_before_it_is_cut(js, sigma):
    def row(shift):
        x = np.arange(-MARGIN, 48 + MARGIN) - shift
        hills = 0.5 + 0.28 * np.sin(2 * np.pi * (x - 3) / 30) + 0.14 * np.sin(2 * np.pi * x / 17 + 1.2)
        close(js("iterate.hills", x[5]), hills[5])
        return (gaussian_blur(np.tile(hills, (13, 1)), sigma)[0] if sigma else hills)[MARGIN:-MARGIN]

    got = js("iterate.rowPair", 2.5, sigma)
    assert (got["width"], got["height"]) == (48, 2)
    close(got["I0"], np.tile(row(0), 2))
    close(got["I1"], np.tile(row(2.5), 2))


@holds("iterate", "texturePair")
@pytest.mark.parametrize("sigma", [0, 2])
def test_the_pair_of_frames_is_kinemas_moving_pair(js, sigma):
    options = {"shortest": 5.0, "longest": 24.0, "waves": 16}
    u, v, pattern = 2.4, -1.8, texture(3, **options)
    got = js("iterate.texturePair", texture_waves(3, **options), 20, 14, [u, v], sigma)
    want = moving_pair(lambda x, y: pattern(x - MARGIN, y - MARGIN), translation_flow(u, v, (14 + 26, 20 + 26)))
    for name in ("I0", "I1"):
        frame = gaussian_blur(getattr(want, name), sigma) if sigma else getattr(want, name)
        close(got[name], frame[MARGIN:-MARGIN, MARGIN:-MARGIN].ravel())


def iterated(I0, I1, moved, keep, interpolation, count):
    """Twin of `iterate` on frames: the motion before each step."""
    fixed, source = (I0, I1) if moved == "I1" else (I1, I0)
    Ix, Iy, _ = flow.derivatives(fixed, fixed)
    along, back = (-1 if moved == "I0" else 1), (1 if moved == "I1" else -1)
    d, image, motions = np.zeros(2), source, []
    for _ in range(count + 1):
        motions.append(d)
        by = translation_flow(*(along * d), fixed.shape)
        inside = flow.lands_inside(by)
        how = {"interpolation": interpolation, "fill": "edge"}
        if interpolation == "nearest":
            by, how = np.floor(by + 0.5), {"fill": "edge"}
        image = flow.warp(image if keep == "rewarp" else source, by, **how)
        A = np.stack([Ix[inside], Iy[inside]], axis=1)
        step = back * flow.solve_local(A, (fixed - image)[inside]).flow
        d = step if keep == "overwrite" else d + step
    return motions


@holds("iterate", "iterate")
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
@pytest.mark.parametrize("keep", ["add", "overwrite", "rewarp"])
@pytest.mark.parametrize("moved", ["I1", "I0", "I0 along d"])
def test_every_step_is_the_one_that_kinema_takes(js, moved, keep, interpolation):
    pair = moving_pair(texture(3, shortest=8), translation_flow(1.3, -0.8, (24, 30)))
    given = {"I0": pair.I0.ravel(), "I1": pair.I1.ravel(), "width": 30, "height": 24}
    got = js("iterate.iterate", given, {"moved": moved, "keep": keep, "interpolation": interpolation}, 4)
    close([step["d"] for step in got], iterated(pair.I0, pair.I1, moved, keep, interpolation, 4))


@holds("iterate", "iterate", "fitPixel")
def test_at_one_pixel_of_a_row_the_steps_are_newtons(js):
    row = js("iterate.rowPair", 3, 0)
    I0, I1 = (np.array(row[name])[:48] for name in ("I0", "I1"))
    settings = {"moved": "I1", "keep": "add", "interpolation": "bicubic", "pixel": 20}
    d, slope = 0.0, (I0[21] - I0[19]) / 2
    for step in js("iterate.iterate", row, settings, 5):
        close(step["d"], [d, 0])
        d += (I0[20] - sample_bicubic(I1[None], np.array(20 + d), np.array(0.0))) / slope
    assert abs(d - 3) < 1e-3  # the interpolation's own error is left
    assert js("iterate.fitPixel", 0, 0.3, 20, [0, 47]) is None
    assert js("iterate.fitPixel", 0.1, 0.3, 20, [21, 47]) is None


@holds("iterate", "leftOver")
def test_what_is_left_over_is_a_root_mean_square_over_the_box(js):
    a, b = np.random.default_rng(5).random((2, 6, 9))
    want = np.sqrt(np.mean((a - b)[1:5, 2:8] ** 2))
    close(js("iterate.leftOver", a.ravel(), b.ravel(), 9, [2, 7, 1, 4]), want)
    assert js("iterate.leftOver", a.ravel(), b.ravel(), 9, [5, 4, 0, 5]) == 0

def grid(width, height):
    """x and y from the middle of a frame, (height, width)."""
    y, x = np.mgrid[:height, :width].astype(float)
    return x - (width - 1) / 2, y - (height - 1) / 2


@holds("motion_models", "affineMotion")
def test_an_affine_motion_is_kinemas(js):
    x, y = grid(5, 4)
    for rng in draws():
        a = rng.standard_normal(6)
        want = affine_flow(a, (4, 5))
        for k in np.ndindex(4, 5):
            close(js("motion_models.affineMotion", a, x[k], y[k]), want[:, *k])


@holds("motion_models", "sixParts", "partMotion")
def test_six_parts_add_up_to_the_affine_motion_and_each_is_what_its_name_says(js):
    for rng in draws():
        a, (x, y) = rng.standard_normal(6), rng.uniform(-30, 30, 2)
        parts = js("motion_models.sixParts", a)
        motion = sum(size * np.array(js("motion_models.partMotion", name, x, y)) for name, size in parts.items())
        close(motion, [a[0] + a[1] * x + a[2] * y, a[3] + a[4] * x + a[5] * y])
        gradient = np.reshape(a, (2, 3))[:, 1:]  # du/dx, du/dy; dv/dx, dv/dy
        close(2 * parts["zoom"], np.trace(gradient))  # divergence
        close(2 * parts["turn"], gradient[1, 0] - gradient[0, 1])  # curl
        symmetric = (gradient + gradient.T) / 2 - np.trace(gradient) / 2 * np.eye(2)
        close([parts["stretch"], parts["slant"]], symmetric[0])


def camera_flow(turn, focal, x, y):
    """Flow of a camera that turns at `turn` (rad/frame): far points move by -turn x X, seen through the lens."""
    X = np.stack([x, y, np.full_like(x, focal)], axis=-1)
    dX = -np.cross(turn, X)
    return np.stack([dX[..., 0] - X[..., 0] * dX[..., 2] / focal, dX[..., 1] - X[..., 1] * dX[..., 2] / focal])


def plane_flow(velocity, plane, focal, x, y):
    """Flow of a camera that moves past a plane; `plane` . (x, y, focal) / focal is 1 / depth."""
    inverse = (plane[0] * x + plane[1] * y) / focal + plane[2]
    return inverse * np.stack([x * velocity[2] - focal * velocity[0], y * velocity[2] - focal * velocity[1]])


def model_fields(model, focal, x, y):
    """The flow of each unknown of a model, (unknowns, 2, ...)."""
    zero, one = np.zeros_like(x), np.ones_like(x)
    shifts = [[one, zero], [zero, one]]
    affine = [[one, zero], [x, zero], [y, zero], [zero, one], [zero, x], [zero, y]]
    return np.array(
        {
            "translation": shifts,
            "affine": affine,
            "perspective": [*affine, [-x * x, -x * y], [-x * y, -y * y]],
            "rotation": [camera_flow(axis, focal, x, y) for axis in np.eye(3)],
        }[model]
    )


MODELS = {"translation": 2, "affine": 6, "perspective": 8, "rotation": 3}


@holds("motion_models", "unknownsOf")
@pytest.mark.parametrize("model", MODELS)
def test_a_model_has_the_lectures_number_of_unknowns_and_their_flows(js, model):
    for rng in draws():
        x, y, focal = *rng.uniform(-40, 40, 2), rng.uniform(40, 300)
        got = js("motion_models.unknownsOf", model, x, y, focal)
        assert len(got) == MODELS[model]
        close(got, model_fields(model, focal, np.array(x), np.array(y)))
        close(got, flow.motion_basis(model, (1, 1), origin=(-x, -y), focal=focal)[..., 0, 0])


def test_perspective_holds_the_flow_of_every_plane_and_of_every_turning_camera():
    x, y = grid(9, 7)
    for rng in draws():
        B = model_fields("perspective", 30.0, x, y).reshape(8, -1).T
        for flow_ in (
            plane_flow(rng.standard_normal(3), rng.standard_normal(3), 30.0, x, y),
            camera_flow(rng.standard_normal(3), 30.0, x, y),
        ):
            left = flow_.ravel() - B @ np.linalg.lstsq(B, flow_.ravel(), rcond=None)[0]
            assert abs(left).max() < 1e-9


def true_motion(kind, amount, focal, width, height, x, y):
    """Twin of trueMotion: the same motions from their geometry."""
    rate = 2 * amount / np.hypot(width, height)
    if kind == "slide":
        return amount * np.array([0.8, -0.6])
    if kind == "camera":
        return camera_flow(np.array([0.4, -1, 0]) * amount / focal, focal, np.array(x), np.array(y))
    if kind == "drive":  # towards a point on the horizon, over a plane below the camera
        horizon = 0.7 * height
        forward = plane_flow((0, 0, 1), (0, 1 / horizon, 0), 1.0, np.array(x), np.array(y + horizon))
        return forward * amount * horizon / (height / 2 + horizon) ** 2
    a = {
        "turn": (0, 0, -rate, 0, rate, 0),
        "zoom": (0, rate, 0, 0, 0, rate),
        "affine": (0.3 * amount, 0.7 * rate, -0.2 * rate, -0.2 * amount, 0.6 * rate, -0.5 * rate),
    }[kind]
    return np.array([a[0] + a[1] * x + a[2] * y, a[3] + a[4] * x + a[5] * y])


@holds("motion_models", "trueMotion")
@pytest.mark.parametrize("kind", ["slide", "turn", "zoom", "affine", "drive", "camera"])
def test_a_true_motion_is_what_it_is_called(js, kind):
    for rng in draws():
        amount, focal, x, y = *rng.uniform((0.5, 50), (6, 400)), *rng.uniform(-40, 40, 2)
        close(js("motion_models.trueMotion", kind, amount, focal, 128, 96, x, y), true_motion(kind, amount, focal, 128, 96, x, y))


@holds("motion_models", "leastSquares")
def test_least_squares_are_numpys_also_for_nearly_parallel_columns(js):
    for rng in draws(6):
        A, b = rng.standard_normal((30, int(rng.integers(1, 9)))), rng.standard_normal(30)
        close(js("motion_models.leastSquares", A.T, b), np.linalg.lstsq(A, b, rcond=None)[0])
    near = np.stack([np.ones(30), 1 + 1e-4 * rng.standard_normal(30)], axis=1)
    got = np.array(js("motion_models.leastSquares", near.T, b))
    close(near @ got, near @ np.linalg.lstsq(near, b, rcond=None)[0])


@holds("motion_models", "fitModel", "modelMotion")
@pytest.mark.parametrize("model", MODELS)
def test_a_fit_is_numpys_least_squares_fit_of_the_models_flows(js, model):
    for rng in draws(3):
        points, flows, focal = rng.uniform(-40, 40, (25, 2)), rng.standard_normal((25, 2)), rng.uniform(50, 200)
        fields = model_fields(model, focal, *points.T)  # (unknowns, 2, 25)
        want = np.linalg.lstsq(fields.reshape(len(fields), -1).T, flows.T.ravel(), rcond=None)[0]
        got = js("motion_models.fitModel", model, points, flows, focal)
        close(got, want)
        for (x, y), motion in zip(points[:4], np.tensordot(want, fields, 1).T, strict=False):
            close(js("motion_models.modelMotion", model, got, x, y, focal), motion)


@holds("search", "goodMatches")
def test_matches_are_the_costs_within_the_tolerance(js):
    for rng in draws(6):
        radius = int(rng.integers(1, 5))
        side = 2 * radius + 1
        costs = rng.uniform(0, 900, (side, side))
        costs[0] = np.inf
        got = js("search.goodMatches", costs.ravel(), radius, 17)
        v, u = np.nonzero(costs <= 17**2)
        assert got["found"] == np.column_stack([u - radius, v - radius]).tolist()
        v, u = np.unravel_index(costs.argmin(), costs.shape)
        assert got["best"] == [u - radius, v - radius]


@holds("search", "goodMatches")
def test_a_cost_of_just_the_tolerance_still_matches(js):
    assert js("search.goodMatches", [300, 300, 300, 300, 100, 300, 300, 300, 101], 1, 10)["found"] == [[0, 0]]


@holds("search", "goodMatches")
def test_among_equal_costs_the_shortest_motion_is_best_as_in_kinema(js):
    rng = np.random.default_rng(7)
    for _ in range(12):
        # A few grey levels only, so that exact ties are common.
        I0, I1 = rng.integers(0, 3, (2, 13, 13)).astype(float)
        costs = js("flow.matchCosts", I0.ravel(), I1.ravel(), 13, 13, 1, 6, 6, 3, 1)
        want = flow.match_pixel(I0, I1, (6, 6), radius=3, tolerance=0)
        assert js("search.goodMatches", costs, 3, 0.5)["best"] == list(want.flow)


@holds("lk_window", "inspectWindow")
def test_a_window_says_what_kinema_says_of_it(js):
    for rng in draws(6):
        I0, I1 = rng.random((2, 15, 18))
        x, y, window = int(rng.integers(18)), int(rng.integers(15)), int(rng.choice([5, 7, 11]))
        Ix, Iy, It = flow.derivatives(I0, I1, gradient_of="mean")
        fields = {"Ix": Ix.ravel(), "Iy": Iy.ravel(), "It": It.ravel()}
        got = js("lk_window.inspectWindow", fields, 18, 15, x, y, window)
        J = [S[y : y + 1, x : x + 1] for S in flow.structure_tensor(Ix, Iy, window=window)]
        l1, l2 = flow.eigenvalues(*J)
        close([got["sums"][k] for k in ("Jxx", "Jxy", "Jyy")], np.ravel(J))
        close([got["l1"], got["l2"]], np.ravel([l1, l2]))
        close(got["condition"], flow.condition_number(l1, l2)[0, 0])
        close([np.cos(got["angle"]), np.sin(got["angle"])], flow.principal_direction(*J)[:, 0, 0])
        A, b = flow.local_system(I0, I1, np.array([[x, y]], float), window=window, gradient_of="mean")
        inside = np.abs(A[0]).sum(axis=1) + np.abs(b[0]) > 0
        want = flow.solve_local(A[0][inside], b[0][inside])
        close(got["estimate"]["flow"], want.flow)
        close(got["estimate"]["covariance"], want.covariance[[0, 0, 1], [0, 1, 1]])
        close(got["estimate"]["residual"], want.residual)


@holds("lk_window", "inspectWindow")
def test_a_flat_window_has_an_endless_condition_and_no_estimate(js):
    zeros = {k: [0.0] * 49 for k in ("Ix", "Iy", "It")}
    got = js("lk_window.inspectWindow", zeros, 7, 7, 3, 3, 5)
    assert got["condition"] == float("inf") and got["estimate"] is None and got["sums"]["n"] == 25


@holds("color_edge", "hueColor")
def test_hues_are_those_of_colorsys(js):
    for degrees in [0, 30, 60, 119, 120, 180, 240, 300, 355, 360, *np.random.default_rng(3).uniform(0, 360, 8)]:
        close(js("color_edge.hueColor", degrees), colorsys.hsv_to_rgb(degrees / 360, 1, 1))


def colored_edge(left, right, extra, n):
    """Twin of colorEdge, (n, n, 3)."""
    y, x = np.mgrid[:n, :n].astype(float)
    across = (x - (n - 1) / 2) * np.cos(0.4) + (y - (n - 1) / 2) * np.sin(0.4)
    along = -x * np.sin(0.4) + y * np.cos(0.4)
    t = (0.5 + 0.5 * np.tanh(across / 2))[..., None]
    a, b = (np.array(colorsys.hsv_to_rgb(h / 360, 1, 1)) for h in (left, right))
    image = 0.2 + 0.6 * ((1 - t) * a + t * b)
    image[..., 2] += 0.2 * extra * np.sin(2 * np.pi * along / 7)
    return image


@holds("color_edge", "colorEdge", "edgeSums")
@pytest.mark.parametrize("extra", [0, 0.7])
def test_sums_of_a_colour_edge_are_those_of_kinemas_derivatives(js, extra):
    for rng in draws():
        left, right, n = *rng.uniform(0, 360, 2), int(rng.integers(7, 26))
        want = colored_edge(left, right, extra, n)
        image = js("color_edge.colorEdge", left, right, extra, n)
        close(image, want.reshape(-1, 3))
        for gray, planes in ((False, want), (True, want.mean(axis=2, keepdims=True))):
            Ix, Iy, _ = (D[1:-1, 1:-1].ravel() for D in flow.derivatives(planes, planes, channel_axis=-1))
            got = js("color_edge.edgeSums", image, n, gray)
            close([got[k] for k in ("Jxx", "Jxy", "Jyy", "bx", "by")], [Ix @ Ix, Ix @ Iy, Iy @ Iy, 0, 0])
            assert got["n"] == Ix.size


@holds("color_edge", "edgeSums")
def test_on_one_hue_there_is_no_edge_for_gray_or_colour(js):
    image = js("color_edge.colorEdge", 200, 200, 0)
    for gray in (True, False):
        got = js("color_edge.edgeSums", image, 25, gray)
        close([got["Jxx"], got["Jxy"], got["Jyy"]], [0, 0, 0])


@holds("eigen_patch", "patchEigenvalues")
def test_eigenvalues_of_a_painted_patch_are_kinemas(js):
    flat, step = np.full((5, 5), 0.5), np.repeat([[0.1, 0.1, 0.1, 0.9, 0.9]], 5, axis=0)
    for patch in (flat, step, step.T, *(rng.random((n, n)) for rng, n in zip(draws(), (5, 8, 11, 25), strict=True))):
        Ix, Iy, _ = (D.ravel() for D in flow.derivatives(patch, patch))
        want = flow.eigenvalues(*(np.array([s]) for s in (Ix @ Ix, Ix @ Iy, Iy @ Iy)))
        close(js("eigen_patch.patchEigenvalues", patch.ravel(), len(patch)), np.ravel(want))


@holds("eigen_patch", "patchAngle")
def test_the_direction_of_a_painted_patch_is_kinemas(js):
    for rng, n in zip(draws(), (5, 8, 11, 25), strict=True):
        patch = rng.random((n, n))
        Ix, Iy, _ = (D.ravel() for D in flow.derivatives(patch, patch))
        x, y = flow.principal_direction(*(np.full((1, 1), s) for s in (Ix @ Ix, Ix @ Iy, Iy @ Iy)))[:, 0, 0]
        close(js("eigen_patch.patchAngle", patch.ravel(), n), np.arctan2(y, x))


@holds("flow_errors", "texture")
def test_a_texture_is_its_waves_and_stays_within_the_range_of_brightness(js):
    for rng in draws():
        x, y = rng.uniform(-100, 200, 2)
        for layer in (0, 1):
            got = js("flow_errors.texture", x, y, layer)
            close(got, scene_texture(x, y, layer))
            assert 0.15 <= got <= 0.85


@holds("flow_errors", "movingScene")
@pytest.mark.parametrize("motions", ["one", "two"])
def test_a_scene_moves_by_its_flow_and_its_disc_covers_what_lies_behind(js, motions):
    got = js("flow_errors.movingScene", 2.5, motions, 31, 23)
    I0, I1, truth = moving_scene(2.5, motions, (23, 31))
    close([got["I0"], got["I1"]], [I0.ravel(), I1.ravel()])
    close([got["u"], got["v"]], truth.reshape(2, -1))


@holds("flow_errors", "asFilmed")
def test_light_scales_the_second_frame_and_noise_reaches_both(js):
    I0, I1 = np.random.default_rng(6).random((2, 20))
    draws_ = lehmer_normals(40, 3)
    got = js("flow_errors.asFilmed", {"I0": I0, "I1": I1}, -0.2, 0.05, draws_)
    close(got["I0"], I0 + 0.05 * draws_[:20])
    close(got["I1"], 0.8 * I1 + 0.05 * draws_[20:])


@holds("flow_errors", "judge")
@pytest.mark.parametrize("shape", [(3, 5), (4, 6)])  # an odd and an even count have their own medians
def test_a_verdict_is_kinemas_error_over_the_solved_windows(js, shape):
    for rng in draws():
        truth, estimate = rng.standard_normal((2, 2, *shape))
        condition = rng.uniform(1, 20, shape)
        fields = [{"u": f[0].ravel(), "v": f[1].ravel()} for f in (estimate, truth)]
        fields[0]["condition"] = condition.ravel()
        got = js("flow_errors.judge", *fields)
        close(got["off"], endpoint_error(estimate, truth).ravel())
        close([got["error"], got["solved"]], [epe(estimate, truth), 1])
        close([got["condition"], got["sure"]], [np.median(condition), (condition < 10).mean()])


@holds("flow_scores", "isOutlier")
def test_an_outlier_is_far_off_and_by_much_or_either_or_far_alone(js):
    for rng in draws(12):
        error, speed, px, pct = rng.uniform(0, (8, 100, 5, 10))
        far, much = error > px, error > pct / 100 * speed
        for rule, want in (("and", far and much), ("or", far or much), ("px", far)):
            assert js("flow_scores.isOutlier", error, speed, rule, px, pct) == want
    assert not js("flow_scores.isOutlier", 3, 10, "or", 3, 30), "a limit that is just met is kept"


@holds("flow_scores", "endpointErrors", "score")
def test_scores_are_means_over_the_known_pixels(js):
    for rng in draws():
        truth, estimate = rng.normal(0, 6, (2, 2, 5, 8))
        truth[:, 2, 3:6] = np.nan
        given = [{"u": f[0].ravel(), "v": f[1].ravel()} for f in (estimate, truth)]
        errors, speeds = endpoint_error(estimate, truth).ravel(), np.hypot(*truth).ravel()
        got = [np.nan if e is None else e for e in js("flow_scores.endpointErrors", *given)]
        close(got, errors)
        known = np.isfinite(errors)
        far, much = errors[known] > 6, errors[known] > 0.9 * speeds[known]
        want = {"epe": epe(estimate, truth), "and": (far & much).mean(), "or": (far | much).mean(), "px": far.mean()}
        for rule, value in want.items():
            close(js("flow_scores.score", errors, speeds, rule, 6, 90), value)


@holds("flow_scores", "degreesApart")
def test_the_angle_between_two_motions_is_that_of_their_directions(js):
    for rng in draws(8):
        a, b = rng.standard_normal((2, 2))
        want = np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
        np.testing.assert_allclose(js("flow_scores.degreesApart", a, b), want, atol=1e-6)  # arccos is steep at its ends
    assert js("flow_scores.degreesApart", [1, 0], [-1, 0]) == 180


@holds("flow_scores", "ranked")
def test_ranks_count_the_better_rows_and_missing_figures_have_none(js):
    for rng in draws():
        values = rng.integers(0, 6, 7).astype(float).tolist() + [None]
        rows = [[f"method {k}", value] for k, value in enumerate(values)]
        got = js("flow_scores.ranked", rows[::-1], 1)
        assert [r["row"][1] for r in got] == [*sorted(values[:-1]), None]
        assert [r["rank"] for r in got] == [1 + sum(v < r["row"][1] for v in values[:-1]) for r in got[:-1]] + [None]


@holds("flow_scores", "directionWords")
def test_eight_directions_have_their_words(js):
    words = ["right", "right and down", "down", "left and down", "left", "left and up", "up", "right and up"]
    for k, want in enumerate(words):
        for degrees in (45 * k - 15, 45 * k, 45 * k + 15):
            angle = np.radians(degrees)
            assert js("flow_scores.directionWords", 3 * np.cos(angle), 3 * np.sin(angle)) == want
    assert js("flow_scores.directionWords", 0, 0) == "nowhere"


@holds("flow", "followPoint")
def test_a_followed_point_adds_the_flow_found_on_its_way(js):
    for rng in draws():
        fields = rng.uniform(-2, 2, (5, 2, 6, 8))
        x, y = start = rng.uniform(0, 5, 2)
        want = [start]
        for field in fields:
            u, v = sample_bilinear(field, np.array([x]), np.array([y]))[:, 0]
            x, y = x + u, y + v
            want.append([x, y])
        given = [{"u": u.ravel(), "v": v.ravel()} for u, v in fields]
        close(js("flow.followPoint", given, 8, 6, start), want)


@holds("flow_uses", "cameraDrift")
@pytest.mark.parametrize("size", [9, 12])  # an odd and an even count have their own medians
def test_the_cameras_drift_is_the_running_sum_of_medians(js, size):
    fields = np.random.default_rng(size).standard_normal((6, 2, size))
    want = np.concatenate([np.zeros((1, 2)), np.cumsum(np.median(fields, axis=2), axis=0)])
    close(js("flow_uses.cameraDrift", [{"u": u, "v": v} for u, v in fields]), want)


# ---- filters.js, pyramidal.js and wheel.js ----


def odd_frames(rng, *, count=2, shape=(30, 41)):
    """Smooth random frames in [0, 1], the second one moved."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    pattern = texture(int(rng.integers(99)), shortest=7)
    return np.stack([pattern(x - 1.7 * k, y + 0.9 * k) for k in range(count)])


@holds("filters", "gaussianTaps")
def test_taps_are_kinemas(js):
    for sigma, radius in ((0.5, 2), (2.2, 5), (1.0, 3)):
        close(js("filters.gaussianTaps", sigma, radius), filters.gaussian_taps(sigma, radius))
    close(js("filters.gaussianTaps", 0.5), filters.gaussian_taps(0.5))


@holds("filters", "blurFrame", "reduceFrame")
@holds("pyramidal", "expandFlow", "fivePoint")
@pytest.mark.parametrize("shape", [(9, 12), (6, 5), (7, 7)])
def test_blur_pyramid_and_slopes_are_kinemas_border_included(js, shape):
    for rng in draws():
        image, (height, width) = rng.random(shape), shape
        blurred = js("filters.blurFrame", image.ravel(), width, height, filters.gaussian_taps(0.7))
        close(blurred, filters.gaussian_blur(image, 0.7).ravel())
        close(js("filters.reduceFrame", image.ravel(), width, height), pyramid.reduce_frame(image).ravel())
        taps = rng.standard_normal(5)  # not symmetric: nobody turns them round
        want = correlate1d(correlate1d(image, taps, 1), taps, 0)
        close(js("filters.blurFrame", image.ravel(), width, height, taps), want.ravel())
        for axis, name in ((-1, "x"), (-2, "y")):
            close(js("pyramidal.fivePoint", image.ravel(), width, height, name), five_point(image, axis).ravel())
        coarse = rng.standard_normal((2, (height + 1) // 2, (width + 1) // 2))
        for part, want in zip(coarse, pyramid.expand_flow(coarse, shape), strict=True):
            close(js("pyramidal.expandFlow", part.ravel(), width, height), want.ravel())


@holds("filters", "reduceFrame")
def test_a_single_row_is_halved_like_a_frame_of_equal_rows(js):
    for width in (2, 7, 12):
        row = np.random.default_rng(width).random(width)
        equal = correlate1d(np.tile(row, (3, 1)), pyramid.BINOMIAL, 1) if width > 2 else None
        want = equal[1, ::2] if width > 2 else [row @ [1 / 2, 1 / 2]]  # mirrored, two samples alternate
        close(js("filters.reduceFrame", row, width, 1), want)


@holds("pyramidal", "fivePoint")
def test_slopes_of_a_frame_too_small_for_five_points_are_kinemas(js):
    image = np.random.default_rng(5).random((4, 3))
    for axis, name in ((-1, "x"), (-2, "y")):
        close(js("pyramidal.fivePoint", image.ravel(), 3, 4, name), five_point(image, axis).ravel())


@holds("pyramidal", "warpFrame")
def test_a_frame_pulled_back_is_kinemas_inside_and_out(js):
    for rng in draws():
        height, width = (int(n) for n in rng.integers(4, 9, 2))
        image, field = rng.random((height, width)), rng.uniform(-4, 4, (2, height, width))
        field[:, 0, :2] = 0  # on the grid, and on its border
        want = warp(image, field, interpolation="bicubic", fill="edge")
        close(js("pyramidal.warpFrame", image.ravel(), width, height, *(part.ravel() for part in field)), want.ravel())


@holds("pyramidal", "medianFilter")
@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_the_median_of_a_window_is_kinemas_to_the_last_bit(js, size):
    for rng in draws():
        height, width = (int(n) for n in rng.integers(3, 14, 2))
        # Random numbers; few values, so that ties are common; a wave, on which the median always moves.
        wave = np.sin(np.add.outer(np.arange(height), 2.3 * np.arange(width)))
        for image in (rng.standard_normal((height, width)), rng.integers(-2, 3, (height, width)).astype(float), wave):
            got = js("pyramidal.medianFilter", image.ravel(), width, height, size)
            assert got == filters.median_filter(image, size).ravel().tolist()


OPTIONS = [
    {},
    {"levels": 1, "iterations": 4, "window": 5},
    {"levels": 2, "iterations": 1, "window": 21, "median": 3},
    {"levels": 3, "iterations": 2, "blur": 0, "damping": 1e-4, "outlier": 0.1, "median": 1},
]


@holds("pyramidal", "pyramidalLucasKanade")
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_dense_flow_is_kinemas(js, options):
    for rng in draws(2):
        I0, I1 = odd_frames(rng)
        want = flow.pyramidal_lucas_kanade(I0, I1, engine="plain", **{"levels": 3, "iterations": 3, **options})
        got = js("pyramidal.pyramidalLucasKanade", I0.ravel(), I1.ravel(), 41, 30, options)
        assert np.hypot(*want).mean() > 0.5
        close([got["u"], got["v"]], want.reshape(2, -1))


SOLVER = """async ([url, pairs, width, height, options]) => {
  const solver = (await import(url)).openFlow(width, height, options);
  return pairs.map(([I0, I1]) => {
    const { u, v } = solver.solve(I0, I1);
    return [[...u], [...v]];
  });
}"""


@holds("pyramidal", "openFlow")
def test_a_solver_that_is_used_again_gives_what_a_fresh_one_would(workbench, modules):
    frames = odd_frames(np.random.default_rng(8), count=3)
    pairs = [frames[[0, 1]], frames[[0, 2]], frames[[2, 1]]]
    given = [p.reshape(2, -1).tolist() for p in pairs]
    got = workbench.evaluate(SOLVER, [f"{modules}/demos/pyramidal.js", given, 41, 30, {"iterations": 2}])
    for (I0, I1), parts in zip(pairs, got, strict=True):
        want = flow.pyramidal_lucas_kanade(I0, I1, levels=3, iterations=2, engine="plain").reshape(2, -1)
        close(parts, want)


@holds("wheel", "wheelHues")
def test_the_hues_of_the_wheel_are_kinemas(js):
    assert js("wheel.wheelHues") == color_wheel.wheel_hues().tolist()


@holds("wheel", "flowColors")
def test_colours_of_a_flow_are_kinemas_inside_the_rim_beyond_it_and_unknown(js):
    for rng in draws():
        u, v = field = rng.uniform(-3, 3, (2, 5, 8))
        field[:, 0, :4] = [[0, 2, 0, -2], [0, 0, 2, 0]]
        field[0, 1, 1] = np.nan
        got = np.reshape(js("wheel.flowColors", u.ravel(), v.ravel(), 2), (5, 8, 4))
        want = color_wheel.flow_to_color(field, max_speed=2)
        # Both round down: numbers that differ in the last bit may end one level apart.
        assert abs(got[..., :3] - want.astype(int)).max() <= 1
        assert (got[..., :3] == want).mean() > 0.95
        assert (got[..., 3] == 255).all()


@holds("wheel", "flowColor")
def test_the_colour_of_one_motion_is_kinemas(js):
    motions = [m for rng in draws() for m in rng.normal(0, 4, (12, 2))]
    for u, v in [*motions, (0, 0), (5, 0), (-5, 0), (0, 5), (0, -5), (9, 9), (-3, 1e-12)]:
        want = flow_to_color(np.array([u, v], float).reshape(2, 1, 1), max_speed=5.0)
        assert js("wheel.flowColor", u, v, 5.0) == want.ravel().tolist()
    assert js("wheel.flowColor", float("nan"), 1, 5.0) == [128] * 3


@holds("live_flow", "grayOf")
def test_brightness_of_a_camera_frame_is_that_of_kinemas_clips(js):
    rgba = np.random.default_rng(3).integers(0, 256, (6, 7, 4))
    want = Clip(rgba[None, ..., :3].astype(np.uint8), 25.0).gray[0]
    np.testing.assert_allclose(js("live_flow.grayOf", rgba.ravel()), want.ravel(), atol=1e-6)  # kinema's is float32


@holds("live_flow", "unexplained")
def test_what_is_left_is_what_kinemas_warp_leaves(js):
    for rng in draws():
        I0, I1, (u, v) = *rng.random((2, 7, 9)), rng.uniform(-3, 3, (2, 7, 9))
        got = js("live_flow.unexplained", *(f.ravel() for f in (I0, I1, u, v)), 9, 7)
        change = abs(I1 - I0).mean()
        close(got["change"], change)
        close(got["part"], np.nanmean(abs(warp(I1, np.stack([u, v])) - I0)) / change)
    still = js("live_flow.unexplained", *np.full((2, 63), 0.5), *np.zeros((2, 63)), 9, 7)
    assert still == {"change": 0, "part": 0}


@holds("live_flow", "meanMotion")
def test_mean_motion_and_mean_speed_are_numpys(js):
    for rng in draws():
        u, v = rng.standard_normal((2, 57))
        got = js("live_flow.meanMotion", u, v)
        close(got["flow"], [u.mean(), v.mean()])
        close(got["speed"], np.hypot(u, v).mean())


@holds("kernel_slide", "framesLeft", "dependence")
@pytest.mark.parametrize("mode, depth", [("frames", 3), ("stacked", 3), ("3d", 1), ("3d", 2), ("3d", 3), ("3d", 8)])
@pytest.mark.parametrize("layers, place", [(1, 0), (2, 1), (3, 7)])
def test_outputs_depend_on_the_frames_that_a_gradient_reaches(js, mode, depth, layers, place):
    import torch

    clip = torch.rand(1, 1, 8, requires_grad=True)
    maps = [clip]
    for _ in range(layers):
        now = maps[-1].shape[-1]
        kernel = {"frames": 1, "stacked": now, "3d": min(depth, now)}[mode]
        maps.append(torch.nn.functional.conv1d(maps[-1], torch.ones(1, 1, kernel)))
        maps[-1].retain_grad()
    assert js("kernel_slide.framesLeft", mode, depth, layers, 8) == [m.shape[-1] for m in maps]
    maps[-1][0, 0, min(place, maps[-1].shape[-1] - 1)].backward()
    reached = [m.grad[0, 0].nonzero().flatten().tolist() for m in maps]
    assert js("kernel_slide.dependence", mode, depth, layers, 8, place) == [[r[0], r[-1]] for r in reached]


@holds("shuffle_frames", "directionShares", "slopesOf")
def test_shares_of_directions_are_those_of_the_trajectories(js):
    from kinema.recognition.trajectories import orientation_maps

    for rng in draws():
        height, width = rng.integers(3, 12, 2)
        image = rng.random((height, width))
        image[:2, :2] = 0.5                                                     # no slope, no direction
        gy, gx = np.gradient(image)
        got = js("shuffle_frames.slopesOf", image.ravel(), width, height)
        close(got["gx"], gx.ravel())
        close(got["gy"], gy.ravel())
        shares = js("shuffle_frames.directionShares", gx.ravel(), gy.ravel(), 8)
        close(shares, orientation_maps(gx, gy, 8).mean(axis=(1, 2)))


@holds("shuffle_frames", "straightness")
def test_straightness_is_the_distance_of_the_ends_over_the_way(js):
    assert js("shuffle_frames.straightness", [[0, 0], [3, 4], [6, 8]]) == pytest.approx(1)
    assert js("shuffle_frames.straightness", [[0, 0], [3, 0], [3, 4]]) == pytest.approx(5 / 7)
    assert js("shuffle_frames.straightness", [[1, 1], [4, 5], [1, 1]]) == 0
    assert js("shuffle_frames.straightness", [[2, 2], [2, 2]]) == 1


@holds("space_time_net", "netOf")
@pytest.mark.parametrize(
    "depths, first_pool, frames",
    [((3,) * 5, 1, 16), ((1,) * 5, 1, 16), ((3, 3, 5, 5, 7), 1, 24), ((7, 5, 5, 3, 3), 2, 32), ((1, 3, 1, 5, 1), 2, 32)],
)
def test_the_net_weighs_costs_and_sees_what_kinema_counts(js, depths, first_pool, frames):
    from kinema.recognition.c3d import depth_net

    found = js("space_time_net.netOf", list(depths), first_pool, frames)
    shape = (1, 3, frames, 112, 112)

    def build():
        return depth_net(depths, clip=shape[2:], first_pool=(first_pool, 2, 2))

    cost = count_macs(build, shape)
    assert (found["parameters"], found["macs"], found["dead"]) == (cost.parameters, cost.macs, False)
    listed = {entry.name: entry for entry in layers(build, shape, depth=3)}
    for k, layer in enumerate(found["layers"]):
        conv, pool = listed[f"stages.{k}.conv{k + 1}a"], listed[f"stages.{k}.pool{k + 1}"]
        assert [layer["seenT"], layer["seenS"], layer["seenS"]] == list(conv.field.size)
        assert [layer["channels"], layer["t"], layer["s"], layer["s"]] == list(pool.shape[1:])
        assert layer["before"] == conv.shape[2]


def test_a_clip_that_is_too_short_for_the_net_is_said_to_be(js):
    assert js("space_time_net.netOf", [3] * 5, 2, 16)["dead"] and not js("space_time_net.netOf", [3] * 5, 1, 16)["dead"]


@holds("receptive_field", "axisLengths", "pathsTo")
@pytest.mark.parametrize(("length", "kernel", "stride", "layers"), [(24, 3, 2, 3), (16, 5, 1, 4), (16, 1, 2, 2), (40, 5, 2, 3), (6, 3, 2, 5)])
def test_paths_to_a_probe_are_the_gradient_of_a_net_of_ones(js, length, kernel, stride, layers):
    import torch
    from kinema.cost.layers import receptive_field

    steps = []
    clip = torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)
    lengths, now = [length], clip
    for _ in range(layers):
        steps.append(stride if now.shape[-1] >= stride else 1)
        now = torch.nn.functional.conv1d(now, torch.ones(1, 1, kernel, dtype=torch.float64), padding=kernel // 2)
        now = steps[-1] * torch.nn.functional.avg_pool1d(now, steps[-1])
        lengths.append(now.shape[-1])
    assert js("receptive_field.axisLengths", length, stride, layers) == lengths
    for place in {0, lengths[-1] // 2, lengths[-1] - 1}:
        got = js("receptive_field.pathsTo", length, kernel, stride, layers, place)
        close(got["weights"], torch.autograd.grad(now[0, 0, place], clip, retain_graph=True)[0][0, 0])
        if all(step == stride for step in steps):
            parts = [[torch.nn.Conv3d(1, 1, (kernel, 1, 1), padding=(kernel // 2, 0, 0)), torch.nn.AvgPool3d((stride, 1, 1))] for _ in range(layers)]
            field = receptive_field(lambda: torch.nn.Sequential(*sum(parts, [])), (1, 1, length, 1, 1))  # noqa: B023, RUF017
            assert got["last"] - got["first"] + 1 == field.size[0]
            if got["first"] >= 0 and got["last"] < length:
                assert np.flatnonzero(got["weights"])[[0, -1]].tolist() == [got["first"], got["last"]]


@holds("receptive_field", "halfOfPaths")
def test_half_of_the_paths_come_from_the_places_with_the_most(js):
    for rng in draws():
        weights = [rng.integers(0, 9, n) * rng.random(n) for n in (4, 7, 6)]
        found = np.sort(np.einsum("t,y,x->tyx", *weights).ravel())[::-1]
        count = int(np.searchsorted(np.cumsum(found), found.sum() / 2)) + 1
        assert js("receptive_field.halfOfPaths", weights) == {"count": count, "of": int((found > 0).sum())}


@holds("long_memory", "seenByClip", "chanceOfBoth")
@pytest.mark.parametrize(("stride", "spacing", "flash"), [(1, 80, 2), (6, 80, 2), (8, 80, 8), (16, 80, 1), (5, 12, 3)])
def test_a_clip_has_seen_what_lies_under_its_frames(js, stride, spacing, flash):
    now = 1000                                                                   # frame at which the second flash begins
    lit = np.zeros((2, 2000), bool)
    lit[0, now - spacing : now - spacing + flash] = lit[1, now : now + flash] = True
    both = 0
    for phase in range(stride):
        read = now + phase - stride * np.arange(16)
        seen = lit[:, read].any(axis=1)
        assert js("long_memory.seenByClip", stride, spacing, flash, phase, 16) == seen.tolist()
        both += seen.all()
    assert js("long_memory.chanceOfBoth", stride, spacing, flash, 16) == both / stride


@holds("attention_map", "attentionOf")
@pytest.mark.parametrize("scaled", [True, False])
def test_attention_on_the_page_is_the_non_local_block_s(js, scaled):
    import torch
    from kinema.recognition.non_local import attention

    for rng in draws():
        features = rng.standard_normal((13, 6))
        channels, start, stop, query = 4, 2, 12, 7
        asks, answers = (torch.tensor(features[None, k, :channels]) for k in (slice(query, query + 1), slice(start, stop)))
        want = attention(asks, answers, answers, scale=scaled)[1][0, 0]
        close(js("attention_map.attentionOf", features.ravel(), 6, query, start, stop, channels, scaled), want)


@holds("attention_map", "effectivePlaces")
def test_places_that_answer_in_effect_are_the_perplexity(js):
    from scipy.stats import entropy

    assert js("attention_map.effectivePlaces", [0, 1, 0]) == 1
    close(js("attention_map.effectivePlaces", [0.25] * 4), 4)
    for rng in draws():
        weights = rng.dirichlet(np.ones(9))
        close(js("attention_map.effectivePlaces", weights), np.exp(entropy(weights)))


@holds("point_lights", "draws")
def test_draws_are_the_lehmer_generator_s(js):
    for seed in (1, 2, 40, 271_000):
        state, want = seed * 7919 % (2**31 - 1) or 1, []
        for _ in range(9):
            state = state * 48271 % (2**31 - 1)
            want.append(state / (2**31 - 1))
        assert js("point_lights.draws", seed, 6) == want[3:]


@holds("point_lights", "lampsOf")
def test_lamps_are_the_walker_s_and_each_way_of_showing_spoils_one_thing(js):
    from kinema.recognition.micro.walkers import walker

    joints = walker(2 * np.pi * np.arange(24) / 24)

    def shown(kind, order, trial, lamps=12):
        found = [js("point_lights.lampsOf", joints, kind, order, lamps, trial, t) for t in range(24)]
        assert len({f["right"] for f in found}) == 1
        return np.array([f["points"] for f in found]), 1 if found[0]["right"] else -1

    ways = set()
    for trial in range(1, 9):
        upright, way = shown("upright", "moving", trial)
        ways.add(way)
        # In some order of lamps, from some frame on: each lamp of the page is one joint through all frames.
        starts = [s for s in range(24) if np.allclose(np.sort(upright[0] * [way, 1], axis=0), np.sort(joints[s], axis=0))]
        found = np.roll(joints, -starts[0], axis=0)
        which = [int(np.abs(found - lamp[:, None] * [way, 1]).sum(axis=(0, 2)).argmin()) for lamp in upright.transpose(1, 0, 2)]
        assert sorted(which) == list(range(12))
        close(upright * [way, 1], found[:, which])
        close(shown("inverted", "moving", trial)[0], upright * [1, -1])
        scrambled = shown("scrambled", "moving", trial)[0]
        close(np.diff(scrambled, axis=0), np.diff(upright, axis=0))              # motion kept
        assert np.abs(scrambled[0] - upright[0]).mean() > 0.1                    # place lost
        assert np.ptp(shown("upright", "frozen", trial)[0], axis=0).max() == 0
        assert np.abs(shown("upright", "shuffled", trial)[0] - upright).max() > 0.1
        close(shown("upright", "moving", trial, 5)[0], upright[:, :5])
    assert ways == {1, -1}


@holds("preferred", "sliceOverTime", "changeOverTime")
def test_change_over_time_is_the_penalty_s(js):
    import torch
    from kinema.recognition.preferred_stimulus import variation

    clip = np.random.default_rng(5).random((5, 4, 7))
    close(js("preferred.sliceOverTime", clip.ravel(), clip.shape, "row", 2), clip[:, 2])
    close(js("preferred.sliceOverTime", clip.ravel(), clip.shape, "column", 5), clip[:, :, 5])
    # `variation` averages over all pixels, the demo over pairs.
    want = variation(torch.tensor(clip)[None, None], time=1.0) * 5 / 4
    close(js("preferred.changeOverTime", clip.ravel(), clip.shape), want)


@holds("softmax", "softmax")
@holds("score_fusion", "fuse")
def test_both_averages_are_those_of_the_two_stream_net(js):
    from kinema.recognition import two_stream

    for rng in draws():
        a, b, weight = *rng.normal(0, 3, (2, 5)), rng.random()
        close(js("softmax.softmax", a), two_stream.softmax(a))
        got = js("score_fusion.fuse", a, b, weight)
        close(got["probabilities"], two_stream.late_fusion(a, b, weight))
        close(got["scores"], two_stream.softmax((1 - weight) * a + weight * b))


@holds("inflation", "inflated")
@pytest.mark.parametrize(("mode", "twin"), [("divided", "repeat"), ("centre", "centre")])
def test_inflated_filters_are_the_library_s(js, mode, twin):
    import torch
    from kinema.recognition.inflation import inflate

    kernel = torch.randn(3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    for depth in (1, 3, 7):
        want = inflate(kernel.view(1, 1, 1, 3), depth, mode=twin).view(depth, 3)
        close(js("inflation.inflated", kernel.tolist(), depth, mode), want)
    close(js("inflation.inflated", kernel.tolist(), 5, "undivided"), kernel.expand(5, 3))


@holds("inflation", "barClip", "respond")
@pytest.mark.parametrize("speed", [0, 0.5, 4])
def test_answers_are_a_convolution_of_the_moving_bar(js, speed):
    import torch

    clip = np.array(js("inflation.barClip", 33, speed))
    close(clip[16], 1 / (1 + np.exp(4 * (np.abs(np.arange(33) - 16) - 2.5))))
    for t in range(33):
        middle = 16 + speed * (t - 16)
        if 6 < middle < 26:
            assert clip[t] @ np.arange(33) / clip[t].sum() == pytest.approx(middle, abs=1e-6)
    rows = np.random.default_rng(3).standard_normal((5, 3))
    padded = np.pad(clip, ((2, 2), (1, 1)), mode="edge")
    want = torch.nn.functional.conv2d(torch.tensor(padded)[None, None], torch.tensor(rows)[None, None])[0, 0]
    close(js("inflation.respond", clip, rows), want)


def test_words_in_a_canvas_grow_as_it_shrinks_and_stay_legible_on_a_phone(js):
    assert js("kit.enlargement", 1.0) == 1 and js("kit.enlargement", 2.4) == 1
    phone = 330 / 600                                                           # of its own width
    assert 13 * phone * js("kit.enlargement", phone) > 10
    assert js("kit.enlargement", 0.1) == 1.45


# ---- nothing is left out ----


def test_every_exported_function_has_a_twin_in_this_file(workbench, modules):
    names = {p.stem for p in MODULES.glob("*.js")} - DRAWING
    found = set()
    for name in names:
        exports = workbench.evaluate("async (url) => Object.keys(await import(url))", f"{modules}/demos/{name}.js")
        found |= {(name, e) for e in exports if e != "default"}
    assert found == HELD


@holds("slowfast_designer", "thin", "framesRead", "designOf")
@pytest.mark.parametrize(
    "given",
    [
        dict(frames=4, alpha=8, ratio=8, lateral="conv", kernel=5, side=224),
        dict(frames=8, alpha=4, ratio=6, lateral="conv", kernel=7, side=256),
        dict(frames=2, alpha=2, ratio=32, lateral="channels", kernel=5, side=224),
        dict(frames=4, alpha=1, ratio=2, lateral="sample", kernel=5, side=256),
        dict(frames=2, alpha=4, ratio=12, lateral="none", kernel=5, side=224),
    ],
)
def test_a_designed_network_costs_what_the_library_counts(js, given):
    from kinema.recognition.slowfast import SlowFast, pathway_frames, thin

    def build():
        kinds = {"lateral": given["lateral"], "lateral_kernel": given["kernel"]}
        return SlowFast(alpha=given["alpha"], beta=1 / given["ratio"], **kinds)

    clip = (1, 3, given["alpha"] * given["frames"], given["side"], given["side"])
    got, cost = js("slowfast_designer.designOf", given), count_macs(build, clip)
    assert (got["macs"], got["parameters"]) == (cost.macs, cost.parameters)
    assert got["fast"]["macs"] == count_macs(lambda: build().fast, clip).macs
    shapes = {layer.name: layer.shape for layer in layers(build, clip, depth=3)}
    places = ["stem.0", "stem.1", *(f"stages.{k}" for k in range(4))]
    for path in ("slow", "fast"):
        want = [shapes[f"{path}.{place}"] for place in places]
        assert [(s["t"], s["s"], s["c"]) for s in got[path]["shapes"][1:]] == [(t, s, c) for _, c, t, s, _ in want]
    assert [js("slowfast_designer.thin", c, given["ratio"]) for c in (64, 256, 2048)] == [
        thin(c, 1 / given["ratio"]) for c in (64, 256, 2048)
    ]
    read = js("slowfast_designer.framesRead", given["frames"], 16, given["alpha"])
    assert (read["slow"], read["fast"]) == pathway_frames(0, given["frames"], 16, given["alpha"])
    assert js("slowfast_designer.framesRead", 4, 8, 16) is None


@holds("average_precision", "rankedCurve", "pooledHits", "meanOf")
def test_a_ranking_s_areas_are_the_library_s(js):
    from kinema.metrics import average_precision, mean_average_precision, precision_recall
    from kinema.metrics.boxes import envelope_precision

    for rng in draws():
        hits, missed = rng.random((3, 10)) < [[0.6], [0.3], [0.1]], rng.integers(0, 4, 3)
        scores = np.sort(rng.random((3, 10)))[:, ::-1]
        for row, score, lost in zip(hits, scores, missed, strict=True):
            got = js("average_precision.rankedCurve", row.astype(int), int(lost))
            if row.sum() + lost == 0:
                assert np.isnan(got["plain"])
                continue
            close(got["raised"], envelope_precision(row, score, int(row.sum() + lost)))
            if row.any():
                # What was never found takes its share of recall, and adds no precision.
                share = row.sum() / (row.sum() + lost)
                close(got["plain"], average_precision(score, row) * share)
                precision, recall, _ = precision_recall(score, row)
                close(got["precision"], precision)
                close(got["recall"], recall * share)
        order = np.argsort(-scores.ravel())
        assert js("average_precision.pooledHits", hits.astype(int), scores) == hits.ravel()[order].astype(int).tolist()
        if hits.any(axis=1).all():
            each = [js("average_precision.rankedCurve", row.astype(int), 0)["plain"] for row in hits]
            close(js("average_precision.meanOf", each), mean_average_precision(scores.T, hits.T)[0])


@holds("cost_accuracy", "priceOf", "frontOf", "bestWithin")
def test_the_front_is_the_library_s_and_the_best_is_affordable(js):
    from kinema.metrics import pareto_front

    rows = [{"gflops": 36.1, "crops": 30}, {"gflops": 66.4, "crops": None}, {"gflops": None, "crops": None}]
    assert [js("cost_accuracy.priceOf", row, "video") for row in rows] == [pytest.approx(1083), None, None]
    assert [js("cost_accuracy.priceOf", row, "crop") for row in rows] == [36.1, 66.4, None]
    for rng in draws():
        prices, scores = (rng.integers(1, 9, 12).astype(float) for _ in range(2))
        unknown = rng.random(12) < 0.2
        given = [None if u else p for p, u in zip(prices, unknown, strict=True)]
        assert js("cost_accuracy.frontOf", given, scores) == pareto_front(np.where(unknown, np.nan, prices), scores).tolist()
        best = js("cost_accuracy.bestWithin", given, scores, 5)
        can = [(s, -p, -i) for i, (p, s) in enumerate(zip(given, scores, strict=True)) if p is not None and p <= 5]
        assert best == (-max(can)[2] if can else -1)


@holds("weak_input", "grayOf", "halfOf", "differencesOf", "numbersOf")
def test_weaker_inputs_are_the_library_s(js):
    import torch
    from kinema.recognition.weak_inputs import weaken

    film = np.random.default_rng(6).random((3, 6, 8, 3))
    clip = torch.tensor(film.transpose(3, 0, 1, 2))[None]
    grays = [js("weak_input.grayOf", frame.ravel()) for frame in film]
    close(grays, weaken(clip, "gray")[0, 0].reshape(3, -1))
    close(js("weak_input.differencesOf", grays), weaken(clip, "difference")[0, 0].reshape(3, -1))
    close(js("weak_input.halfOf", film[1].ravel(), 8, 6), weaken(clip, "half")[0, :, 1].permute(1, 2, 0).ravel())
    for kind in ("gray", "half", "difference", "flow"):
        assert js("weak_input.numbersOf", kind, 8, 6) == weaken(clip, kind)[0, :, 0].numel()
    assert js("weak_input.numbersOf", "rgb", 8, 6) == clip[0, :, 0].numel()


# ---- diffusion ----


@holds("schedules", "alphaBars")
def test_the_page_s_schedules_are_the_library_s(js):
    from kinema.diffusion.schedules import cosine_schedule, linear_schedule

    for steps, betas in ((100, (0.01, 0.15)), (7, (0.2, 0.9))):
        close(js("schedules.alphaBars", "linear", steps, betas), linear_schedule(steps, *betas))
        close(js("schedules.alphaBars", "cosine", steps, betas), cosine_schedule(steps))


@holds("diffusion_steps", "noisedDensity", "denoised")
def test_the_bumps_on_the_page_are_the_library_s_at_every_step(js):
    from kinema.diffusion.oracles import four_bumps
    from kinema.diffusion.schedules import linear_schedule

    bumps, kept = four_bumps(), linear_schedule(100, 0.01, 0.15)
    given = {"weights": bumps.weights, "means": bumps.means[:, 0], "deviations": bumps.deviations}
    for t, x in ((0, 0.4), (1, -1.2), (30, 0.9), (100, 2.5)):
        at = np.array([[x]])
        close(js("diffusion_steps.noisedDensity", given, x, kept[t]), bumps.density(at, t, alpha_bar=kept)[0])
        close(js("diffusion_steps.denoised", given, x, kept[t]), bumps.denoise(at, t, alpha_bar=kept)[0, 0])


@holds("diffusion_steps", "stepBack", "walkBack", "aboutBumps")
@pytest.mark.parametrize("variance", ["posterior", "beta", "last"])
def test_the_walk_back_is_the_library_s_and_one_mistake_off(js, variance):
    from kinema.diffusion.oracles import four_bumps, predictor
    from kinema.diffusion.samplers import ddpm
    from kinema.diffusion.schedules import linear_schedule

    bumps, kept = four_bumps(), linear_schedule(40, 0.01, 0.3)
    given = {"weights": bumps.weights, "means": bumps.means[:, 0], "deviations": bumps.deviations}
    noise = lehmer_normals(41 * 25, 3).reshape(41, 25, 1)
    fresh, seen = iter(noise[::-1][1:]), {}
    rule = "beta" if variance == "last" else variance
    made = ddpm(
        predictor(bumps, "x0", alpha_bar=kept), noise[-1], lambda shape: next(fresh), alpha_bar=kept, kind="x0",
        variance=rule, trace=lambda t, x, x0: seen.update({t: (x, x0)}),
    )  # fmt: skip
    if variance == "last":
        made = made + np.sqrt(1 - kept[1]) * noise[0]
    got = js("diffusion_steps.walkBack", given, kept, variance, noise.ravel(), 25)
    close(got["places"][0], made[:, 0])
    for t, (x, x0) in seen.items():
        close(got["places"][t], x[:, 0])
        close(got["guesses"][t], x0[:, 0])
    x, x0, z = seen[1][0][4, 0], seen[1][1][4, 0], noise[0, 4, 0]
    close(js("diffusion_steps.stepBack", x0, x, z, 1, kept, variance), made[4, 0])
    off = np.abs(made - bumps.means[:, 0]).min(axis=1)
    found = js("diffusion_steps.aboutBumps", made[:, 0], bumps.means[:, 0], 0.25)
    close([found["width"], found["share"]], [np.sqrt((off**2).mean()), (off <= 0.25).mean()])


def films(rng, frames=8):
    """A film's covariance, a mask with something given and something to make, and values."""
    from kinema.diffusion.oracles import ar1_film

    observed = rng.random(frames) < 0.4
    observed[rng.choice(frames, 2, replace=False)] = [True, False]
    return ar1_film(frames, rng.uniform(0.3, 0.95)), observed, rng.standard_normal(frames)


@holds("gaussian", "filmCovariance", "solve", "conditional", "cholesky")
def test_what_is_left_to_know_of_a_film_is_the_library_s(js):
    from kinema.diffusion.oracles import ar1_film

    for rng in draws():
        film, observed, values = films(rng)
        close(js("gaussian.filmCovariance", 8, 0.7), ar1_film(8, 0.7).covariance)
        got, want = js("gaussian.conditional", film.covariance, observed, values), film.given(observed, values[observed])
        assert got["free"] == np.flatnonzero(~observed).tolist()
        close(got["mean"], want.mean)
        close(got["covariance"], want.covariance)
        A = rng.standard_normal((5, 7))
        A, B = A @ A.T + np.eye(5), rng.standard_normal((5, 3))
        close(js("gaussian.solve", A, B), np.linalg.solve(A, B))
        close(js("gaussian.cholesky", A), np.linalg.cholesky(A))
    nothing = js("gaussian.conditional", film.covariance, [False] * 8, values)
    close(nothing["mean"], np.zeros(8))
    close(nothing["covariance"], film.covariance)
    assert js("gaussian.cholesky", [[0, 0], [0, 4]]) == [[0, 0], [0, 2]]


@holds("task_masks", "taskOf", "maskOf")
def test_a_task_s_mask_is_the_library_s_and_is_known_by_its_name(js):
    from kinema.diffusion.masks import TASKS, task_mask

    for task in TASKS:
        for given in {"unconditional": [0], "interpolation": range(2, 8)}.get(task, range(1, 8)):
            mask = task_mask(task, 8, given).tolist()
            assert js("task_masks.maskOf", task, 8, given) == mask
            assert js("task_masks.taskOf", mask) == task
    assert js("task_masks.taskOf", [True] * 4) == "nothing"
    assert js("task_masks.taskOf", [False, True, True, False]) == ""
    assert js("task_masks.taskOf", [True, False, True, False]) == ""


@holds("task_masks", "deviations", "narrowest", "idleFrames")
def test_spread_and_idle_frames_are_those_of_the_exact_answer(js):
    from itertools import combinations

    def spread(film, observed):
        found = np.zeros(len(observed))
        found[~observed] = np.sqrt(np.diag(film.given(observed, np.zeros(observed.sum())).covariance))
        return found

    for rng in draws():
        film, observed, values = films(rng)
        close(js("task_masks.deviations", film.covariance, observed), spread(film, observed))
        idle = []
        for k in np.flatnonzero(observed):
            other = values.copy()
            other[k] += 1
            means = [film.given(observed, v[observed]).mean for v in (values, other)]
            idle += [int(k)] if np.allclose(*means, rtol=0, atol=1e-9) else []
        assert js("task_masks.idleFrames", film.covariance, observed) == idle
    pairs = [np.isin(np.arange(8), pair) for pair in combinations(range(8), 2)]
    close(js("task_masks.narrowest", film.covariance, 2), min(spread(film, pair).max() for pair in pairs))


def held_to_ends(method, film, observed, values, kept, *, strength, returns):
    """Mean and covariance of the frames to be made, by a method of kinema.diffusion.given_frames with endless samples."""
    given = np.diag(observed.astype(float))
    keep = np.outer(~observed, ~observed)
    clean = np.where(observed, values, 0.0)
    if method == "conditional":
        film = film.given(observed, values[observed])
    eye = np.eye(len(film.mean))
    mean, spread = np.zeros(len(eye)), eye
    for t in range(len(kept) - 1, 0, -1):
        ratio = kept[t] / kept[t - 1]
        slope = (film.denoise(eye, t, alpha_bar=kept) - film.denoise(0 * eye, t, alpha_bar=kept)).T
        offset = film.denoise(0 * eye[:1], t, alpha_bar=kept)[0]
        if method == "guidance":
            push = strength * kept[t] ** 0.5 * slope.T @ given
            slope, offset = slope - push @ slope, offset - push @ (offset - clean)
        step = kept[t - 1] ** 0.5 * (1 - ratio) / (1 - kept[t]) * slope + ratio**0.5 * (1 - kept[t - 1]) / (1 - kept[t]) * eye
        for again in reversed(range(returns if method == "resampling" and t > 1 else 1)):
            if method in ("replacement", "resampling"):
                mean, spread = np.where(observed, kept[t] ** 0.5 * clean, mean), keep * spread + (1 - kept[t]) * given
            if method == "paste":
                mean, spread = np.where(observed, clean, mean), keep * spread
            mean = step @ mean + kept[t - 1] ** 0.5 * (1 - ratio) / (1 - kept[t]) * offset
            spread = step @ spread @ step.T + (1 - ratio if t > 1 else 0) * eye
            if again:
                mean, spread = ratio**0.5 * mean, ratio * spread + (1 - ratio) * eye
    free = slice(None) if method == "conditional" else ~observed
    return mean[free], spread[free][:, free]


@holds("given_frames", "heldTo", "errorsOf")
@pytest.mark.parametrize("method", ["conditional", "replacement", "paste", "resampling", "guidance", "unconditional"])
def test_a_way_of_holding_a_model_to_given_frames_leaves_what_endless_samples_would(js, method):
    from kinema.diffusion.given_frames import sample
    from kinema.diffusion.oracles import ar1_film
    from kinema.diffusion.schedules import linear_schedule

    film, observed, values = ar1_film(6, 0.9), np.isin(np.arange(6), [0, 5]), np.array([1.0, 0, 0, 0, 0, -0.5])
    kept, exact = linear_schedule(30, 1e-3, 0.25), film.given(observed, values[observed])
    for strength, returns in ((1.0, 10), (3.5, 2)):
        got = js("given_frames.heldTo", method, film.covariance, observed, values, kept, {"strength": strength, "returns": returns})
        mean, spread = held_to_ends(method, film, observed, values, kept, strength=strength, returns=returns)
        close(got["mean"], mean)
        close(got["covariance"], spread)
        want = {"mean": abs(mean - exact.mean).max(), "covariance": abs(spread - exact.covariance).max()}
        found = js("given_frames.errorsOf", got, {"mean": exact.mean, "covariance": exact.covariance})
        close([found[k] for k in want], list(want.values()))
        if strength == 1:
            made = sample(method, film, observed, values[observed], count=8000, alpha_bar=kept)[:, ~observed]
            # 8000 samples: a mean is known to some 0.01, a variance to 0.016 of itself.
            np.testing.assert_allclose(made.mean(axis=0), mean, atol=0.05)
            np.testing.assert_allclose(np.cov(made.T), spread, atol=0.07)


def over_time(channels):
    """Attention of F frames at each pixel, with its four projections; (F, C, H, W) in and out."""
    import torch
    from torch import nn

    class OverTime(nn.Module):
        def __init__(self, among="frames"):
            super().__init__()
            self.among = among
            self.q, self.k, self.v, self.out = (nn.Linear(channels, channels, bias=False) for _ in range(4))

        def forward(self, x):
            rows = x.permute(2, 3, 0, 1).flatten(0, 1)                              # (pixels, F, C)
            rows = rows if self.among == "frames" else rows.reshape(1, -1, channels)
            shares = torch.softmax(self.q(rows) @ self.k(rows).transpose(1, 2), dim=-1)
            rows = self.out(shares @ self.v(rows))
            return rows.reshape(*x.shape[2:], *x.shape[:2]).permute(2, 3, 0, 1)

    return OverTime


@holds("frame_dependency", "costOf")
@pytest.mark.parametrize(("frames", "side", "channels", "kernel"), [(5, 4, 8, 3), (16, 12, 16, 5), (3, 8, 32, 7)])
def test_a_layer_that_joins_frames_costs_what_torch_counts(js, frames, side, channels, kernel):
    from torch import nn

    size = {"frames": frames, "side": side, "channels": channels, "kernel": kernel}
    flat, clip = (frames, channels, side, side), (1, channels, frames, side, side)
    attend = over_time(channels)
    layers_ = {
        "2d": (lambda: nn.Conv2d(channels, channels, 3, padding=1), flat),
        "3d": (lambda: nn.Conv3d(channels, channels, (kernel, 3, 3), padding=(kernel // 2, 1, 1)), clip),
        "attention": (lambda: nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1), attend()), flat),
        "full": (lambda: attend("all"), flat),
    }
    for way, (build, shape) in layers_.items():
        assert js("frame_dependency.costOf", way, size) == count_macs(build, shape).macs, way


@holds("frame_dependency", "dependencyOf")
@pytest.mark.parametrize(("mode", "kernel", "count"), [("2d", 3, 4), ("3d", 3, 1), ("3d", 5, 2), ("3d", 7, 5), ("attention", 3, 1)])
def test_an_output_frame_depends_on_the_frames_that_a_gradient_reaches(js, mode, kernel, count):
    import torch
    from torch import nn

    torch.manual_seed(4)
    attend, flat = over_time(2)().double(), nn.Conv2d(2, 2, 3, padding=1).double()
    deep = nn.Conv3d(2, 2, (kernel, 3, 3), padding=(kernel // 2, 1, 1)).double()
    clip = torch.randn(9, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    x = clip
    for _ in range(count):
        x = deep(x.transpose(0, 1)[None])[0].transpose(0, 1) if mode == "3d" else attend(flat(x)) if mode == "attention" else flat(x)
    rows = [torch.autograd.grad(frame.sum(), clip, retain_graph=True)[0].abs().sum(dim=(1, 2, 3)) > 0 for frame in x]
    assert js("frame_dependency.dependencyOf", mode, 9, kernel, count) == torch.stack(rows).tolist()


@holds("frame_dependency", "inWords")
def test_counts_are_said_in_three_digits(js):
    said = {7: "7.00", 12_345: "12.3 k", 4.56e9: "4.56 G", 1.8e12: "1.80 T", 2e15: "2000 T"}
    assert {count: js("frame_dependency.inWords", count) for count in said} == said


@holds("long_video", "stagesOf", "depthOf", "reachOf")
@pytest.mark.parametrize("scheme", ["autoregressive", "long-range", "hierarchy-2", "hierarchy-3"])
def test_a_plan_on_the_page_is_the_library_s_call_by_call(js, scheme):
    from kinema.diffusion import plans

    make = {
        "autoregressive": plans.autoregressive,
        "long-range": plans.long_range,
        "hierarchy-2": lambda total, **size: plans.hierarchy(total, levels=2, **size),
        "hierarchy-3": lambda total, **size: plans.hierarchy(total, levels=3, **size),
    }[scheme]
    sizes = [(64, 8, 4, 4), (16, 2, 1, 0), (17, 5, 4, 1), (96, 24, 23, 12), (1000, 20, 10, 36), (12, 6, 3, 12), (40, 40, 7, 0)]
    for rng in draws(30):
        window = int(rng.integers(2, 25))
        sizes.append((int(rng.integers(16, 97)), window, int(rng.integers(1, window)), int(rng.integers(0, 13))))
    for total, window, step, observed in sizes:
        stages = list(make(total, window=window, step=step, observed=observed))
        size = {"total": total, "window": window, "step": step, "observed": observed}
        got = js("long_video.stagesOf", scheme, size)
        assert [(tuple(s["generate"]), tuple(s["condition"])) for s in got] == [tuple(s) for s in stages], size
        back = [s.generate[0] - s.condition[0] for s in stages if s.condition]
        assert js("long_video.reachOf", got) == max([0, *back])
        for chain in ("shortest", "longest"):
            depth = js("long_video.depthOf", got, total, chain)
            assert depth == (plans.depth(stages, chain=chain).tolist() if observed < total else [0] * total)
