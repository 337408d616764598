"""The demos' JavaScript computes what kinema computes: each exported function beside its Python twin.

Both sides work in float64, on numbers of order one, with the same formulas and at most a few
hundred terms a sum. They differ by the order of additions alone: some 1e-13, times the condition of
the random 2 x 2 systems. 1e-9 leaves room for that and for no real slip.
"""

import colorsys

import numpy as np
import pytest
from kinema import filters, flow
from kinema.data import texture
from kinema.data.clips import Clip
from kinema.flow import pyramid
from kinema.flow.derivatives import five_point
from kinema.flow.warping import warp
from kinema.sampling import sample_bilinear
from kinema.viz import color_wheel
from kinema.widgets.demo import MODULES

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


# ---- the demos' own ----


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


@holds("flow_uses", "followPoint")
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
        close(js("flow_uses.followPoint", given, 8, 6, start), want)


@holds("flow_uses", "cameraDrift")
@pytest.mark.parametrize("size", [9, 12])  # an odd and an even count have their own medians
def test_the_cameras_drift_is_the_running_sum_of_medians(js, size):
    fields = np.random.default_rng(size).standard_normal((6, 2, size))
    want = np.concatenate([np.zeros((1, 2)), np.cumsum(np.median(fields, axis=2), axis=0)])
    close(js("flow_uses.cameraDrift", [{"u": u, "v": v} for u, v in fields]), want)


# ---- pyramidal.js and wheel.js ----


def odd_frames(rng, *, count=2, shape=(30, 41)):
    """Smooth random frames in [0, 1], the second one moved."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    pattern = texture(int(rng.integers(99)), shortest=7)
    return np.stack([pattern(x - 1.7 * k, y + 0.9 * k) for k in range(count)])


@holds("pyramidal", "gaussianTaps")
def test_taps_are_kinemas(js):
    for sigma, radius in ((0.5, 2), (2.2, 5), (1.0, 3)):
        close(js("pyramidal.gaussianTaps", sigma, radius), filters.gaussian_taps(sigma, radius))
    close(js("pyramidal.gaussianTaps", 0.5), filters.gaussian_taps(0.5))


@holds("pyramidal", "blurFrame", "reduceFrame", "expandFlow", "fivePoint")
@pytest.mark.parametrize("shape", [(9, 12), (6, 5), (7, 7)])
def test_blur_pyramid_and_slopes_are_kinemas_border_included(js, shape):
    for rng in draws():
        image, (height, width) = rng.random(shape), shape
        blurred = js("pyramidal.blurFrame", image.ravel(), width, height, filters.gaussian_taps(0.7))
        close(blurred, filters.gaussian_blur(image, 0.7).ravel())
        close(js("pyramidal.reduceFrame", image.ravel(), width, height), pyramid.reduce_frame(image).ravel())
        for axis, name in ((-1, "x"), (-2, "y")):
            close(js("pyramidal.fivePoint", image.ravel(), width, height, name), five_point(image, axis).ravel())
        coarse = rng.standard_normal((2, (height + 1) // 2, (width + 1) // 2))
        for part, want in zip(coarse, pyramid.expand_flow(coarse, shape), strict=True):
            close(js("pyramidal.expandFlow", part.ravel(), width, height), want.ravel())


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


SOLVER = """async ([url, pairs, width, height, options, single]) => {
  const { openFlow } = await import(url), Real = single ? Float32Array : Float64Array;
  const solver = openFlow(width, height, { ...options, Real });
  return pairs.map(([I0, I1]) => { const { u, v } = solver.solve(Real.from(I0), Real.from(I1)); return [[...u], [...v]]; });
}"""


@holds("pyramidal", "openFlow")
@pytest.mark.parametrize("single", [False, True])
def test_a_solver_that_is_used_again_gives_what_a_fresh_one_would(workbench, modules, single):
    frames = odd_frames(np.random.default_rng(8), count=3)
    pairs = [frames[[0, 1]], frames[[0, 2]], frames[[2, 1]]]
    given = [p.reshape(2, -1).tolist() for p in pairs]
    got = workbench.evaluate(SOLVER, [f"{modules}/demos/pyramidal.js", given, 41, 30, {"iterations": 2}, single])
    for (I0, I1), parts in zip(pairs, got, strict=True):
        want = flow.pyramidal_lucas_kanade(I0, I1, levels=3, iterations=2, engine="plain").reshape(2, -1)
        # Buffers in single precision round each of some ten stages by 6e-8 of sums near 1e-2, and the damped
        # matrix divides by as little as 1e-3 of that.
        np.testing.assert_allclose(parts, want, rtol=0, atol=1e-3 if single else 1e-9)


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


# ---- nothing is left out ----


def test_every_exported_function_has_a_twin_in_this_file(workbench, modules):
    names = {p.stem for p in MODULES.glob("*.js")} - DRAWING
    found = set()
    for name in names:
        exports = workbench.evaluate("async (url) => Object.keys(await import(url))", f"{modules}/demos/{name}.js")
        found |= {(name, e) for e in exports if e != "default"}
    assert found == HELD
