"""Flow smoothed by confidence: the minimum on a line, what crosses an edge, what a confident arrow keeps."""

import numpy as np
import pytest

from kinema.data import load_pair, moving_pair, pair_names, texture, translation_flow
from kinema.flow import flow_confidence, motion_field, pyramidal_lucas_kanade, smooth_flow
from kinema.flow.derivatives import five_point
from kinema.flow.smoothing import smooth_line, ties_along
from kinema.metrics import epe

SHAPE = 14, 19


@pytest.fixture
def field():
    """Flow, confidences over four decades, an image."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(2, *SHAPE)), 10 ** rng.uniform(-3, 1, SHAPE), rng.uniform(size=SHAPE)


# One line


def test_a_line_is_the_least_squares_solution(field, put, get, dtype):
    flow, confidence, image = field
    ties = 3 * np.exp(-np.abs(image))
    got = get(smooth_line(put(flow, dtype), put(confidence, dtype), put(ties, dtype)))
    assert got.dtype == dtype
    for y in range(SHAPE[0]):
        A = np.diag(confidence[y])
        for k in range(1, SHAPE[1]):
            A[[k, k - 1], [k, k - 1]] += ties[y, k - 1]
            A[[k, k - 1], [k - 1, k]] -= ties[y, k - 1]
        expected = np.linalg.solve(A, (confidence[y] * flow[:, y]).T).T
        # The matrix's condition is about 1e4, and its solutions are of order 1.
        np.testing.assert_allclose(got[:, y], expected, atol=1e-4 if dtype == "float32" else 1e-11)


def test_ties_are_of_each_pixel_to_the_next(put, get):
    image = np.array([[0.0, 0.0, 1.0], [0.5, 0.0, 1.0]])
    e = np.exp
    np.testing.assert_allclose(get(ties_along(put(image), -1, 0.5)), [[1, e(-2), 1], [e(-1), e(-2), 1]])
    np.testing.assert_allclose(get(ties_along(put(image), -2, 0.5)), [[e(-1), 1, 1], [1, 1, 1]])


# The field


def test_one_round_solves_the_rows_then_the_columns(field):
    flow, confidence, image = field
    rows = smooth_line(flow, confidence, 7 * ties_along(image, -1, 0.3))
    both = smooth_line(rows.transpose(0, 2, 1), confidence.T, 7 * ties_along(image, -2, 0.3).T).transpose(0, 2, 1)
    got = smooth_flow(flow, confidence, image, strength=7, contrast=0.3, rounds=1, engine="plain")
    np.testing.assert_allclose(got, both, atol=1e-12)
    again = smooth_flow(got, confidence, image, strength=7 / 4, contrast=0.3, rounds=1, engine="plain")
    twice = smooth_flow(flow, confidence, image, strength=7, contrast=0.3, rounds=2, engine="plain")
    np.testing.assert_allclose(twice, again, atol=1e-12)


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_a_field_of_one_motion_stays_and_none_leaves_its_range(field, put, get, engine):
    flow, confidence, image = field
    for dtype in ("float32", "float64"):
        constant = np.broadcast_to(np.reshape([100.1, -2.0], (2, 1, 1)), (2, 7, 900)).astype(dtype)
        sure = np.random.default_rng(0).uniform(size=(7, 900))
        got = get(smooth_flow(put(constant), put(sure), put(0 * sure), engine=engine))
        assert np.array_equal(got, constant), "not even rounding adds up along a line"
    got = get(smooth_flow(put(flow), put(confidence), put(image), strength=1e6, contrast=10, engine=engine))
    for new, old in zip(got, flow, strict=True):
        assert old.min() <= new.min() and new.max() <= old.max()
        assert new.std() < 0.3 * old.std()


def test_unsure_arrows_follow_sure_ones_and_sure_ones_stay():
    flow = translation_flow(0.0, 0.0, SHAPE)
    flow[:, 5, 6] = 3, -1
    confidence = np.full(SHAPE, 1e-6)
    confidence[5, 6] = 1e6
    got = smooth_flow(flow, confidence, np.full(SHAPE, 0.5), strength=10, rounds=1)
    np.testing.assert_allclose(got[:, 5, 6], [3, -1], rtol=1e-4)
    # The columns came last: its own follows it, and the others hear of it through its row.
    np.testing.assert_allclose(got[:, :, 6], np.broadcast_to([[3.0], [-1.0]], (2, SHAPE[0])), rtol=1e-3)
    assert got[0].min() > 0.2 and got[1].max() < -0.05
    confidence[5, 6] = 1e-6
    alone = smooth_flow(flow, confidence + 1.0 * (flow[0] == 0), np.full(SHAPE, 0.5), strength=10)
    assert np.abs(alone[:, 5, 6]).max() < 0.1  # or it follows them


def test_nothing_crosses_an_edge_of_the_picture():
    image = np.zeros(SHAPE)
    image[:, 9:] = 1
    flow = np.where(image > 0, 2.0, -1.0) * np.ones((2, 1, 1))
    rng = np.random.default_rng(0)
    noisy = flow + rng.normal(0, 0.5, flow.shape)
    got = smooth_flow(noisy, np.ones(SHAPE), image, strength=100)
    for side in (np.s_[..., :9], np.s_[..., 9:]):
        assert abs(got[side].mean() - flow[side].mean()) < 0.15  # the mean of some hundred values of deviation 0.5
        assert np.abs(got[side] - flow[side]).max() < 0.5
    blind = smooth_flow(noisy, np.ones(SHAPE), 0 * image, strength=100)
    assert np.abs(blind - flow).max() > 1.0  # without the edge the two sides mix


def test_no_strength_changes_nothing_and_no_input_is_modified(field):
    for strength in (0, 20):
        for engine in ("auto", "plain"):
            given = [x.copy() for x in field]
            got = smooth_flow(*given, strength=strength, engine=engine)
            assert all(np.array_equal(a, b) for a, b in zip(given, field, strict=True))
            assert np.array_equal(got, field[0]) == (strength == 0)
            assert not np.shares_memory(got, given[0])


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (6, 1), (6, 3), (6, 4), (5, 8), (40, 33), (70, 65)])
def test_the_compiled_form_equals_the_plain_one_whatever_the_size(shape, dtype):
    pytest.importorskip("numba", reason="numba (the extra called fast) is not installed: there is only the plain form")
    rng = np.random.default_rng(1)
    flow, confidence, image = (
        rng.normal(size=(2, *shape)).astype(dtype),
        (10 ** rng.uniform(-4, 2, shape)).astype(dtype),
        rng.uniform(size=shape).astype(dtype),
    )
    confidence[rng.uniform(size=shape) < 0.2] = 0
    for options in ({}, {"strength": 300.0, "contrast": 0.5, "rounds": 3}, {"contrast": 1e-4, "rounds": 1}):
        got, plain = (smooth_flow(flow, confidence, image, engine=e, **options) for e in ("auto", "plain"))
        assert got.dtype == plain.dtype == dtype
        np.testing.assert_allclose(got, plain, atol=1e-5 if dtype == "float32" else 1e-12, equal_nan=False)


def test_kind_dtype_and_device_are_kept_and_torch_differentiates(field, put, get, dtype, same_kind, gradients):
    flow, confidence, image = field
    given = put(flow, dtype)
    got = smooth_flow(given, put(confidence, "float64"), put(image, "float64"))
    same_kind(got, given)
    expected = smooth_flow(flow, confidence, image, engine="plain")
    np.testing.assert_allclose(get(got), expected, atol=1e-4 if dtype == "float32" else 1e-10)
    for gradient in gradients(lambda f, c: smooth_flow(f, c, c * 0 + 0.5), flow, confidence):
        assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0


def test_it_refuses(field, put):
    flow, confidence, image = map(put, field)

    def refused(message, *arrays, **options):
        with pytest.raises(ValueError, match=message):
            smooth_flow(*(arrays or (flow, confidence, image)), **options)

    refused("disagree", flow, confidence[1:, ...], image)
    refused("disagree", flow[:1, ...], confidence, image)
    refused("disagree", flow, confidence, image[..., 1:])
    refused("flow contains NaN", flow * float("nan"), confidence, image)
    refused("confidence must be at least 0", flow, -confidence, image)
    for half in ("flow", "confidence"):
        arrays = [np.zeros((2, 5, 6)), np.ones((5, 6)), np.zeros((5, 6))]
        arrays[half == "confidence"] = arrays[half == "confidence"].astype(np.int16)
        refused(f"{half} has dtype int16: give floating point", *arrays)
    refused("convert it to float32 or float64", *(x.astype(np.float16) for x in (np.zeros((2, 5, 6)), np.ones((5, 6)), np.zeros((5, 6)))))
    refused("is more than float32 holds", *(x.astype(np.float32) for x in (np.zeros((2, 5, 6)), np.ones((5, 6)), np.zeros((5, 6)))), strength=1e19)
    refused("strength must be at least 0 and finite", strength=-1)
    refused("strength must be at least 0 and finite", strength=float("inf"))
    refused("contrast positive", contrast=0)
    refused("rounds must be a positive integer", rounds=0)
    refused("engine must be one of", engine="fast")


# Confidence


def test_confidence_is_the_inverse_variance_of_the_less_certain_component(put, get, dtype):
    # A texture that stands still: nothing is left, and the formula is lambda2 / noise².
    image = texture(seed=3, shortest=6)(*np.meshgrid(np.arange(24.0), np.arange(18.0)))
    got = get(flow_confidence(put(image, dtype), put(image, dtype), put(np.zeros((2, 18, 24)), dtype), noise=0.01))
    assert got.dtype == dtype
    Ix, Iy = five_point(image, -1), five_point(image, -2)
    x, y = np.meshgrid(np.arange(24), np.arange(18))
    w = np.exp(-((x - 11) ** 2 + (y - 8) ** 2) / (2 * (11 / 5) ** 2)) * (abs(x - 11) <= 5) * (abs(y - 8) <= 5)
    J = np.array([[(w * a * b).sum() for a in (Ix, Iy)] for b in (Ix, Iy)]) / w.sum()
    np.testing.assert_allclose(got[8, 11], np.linalg.eigvalsh(J)[0] / 0.01**2, rtol=2e-4 if dtype == "float32" else 1e-10)


def test_confidence_falls_where_the_flow_is_wrong_and_vanishes_on_edges_and_flat_ground():
    pair = moving_pair(texture(seed=4, shortest=8), translation_flow(1.5, -1.0, (40, 60)))
    wrong = pair.flow.copy()
    wrong[:, :, 30:] += 1.0
    right, off = (flow_confidence(pair.I0, pair.I1, f)[8:-8, 38:-8] for f in (pair.flow, wrong))
    assert np.median(off / right) < 1e-3
    ramp = np.broadcast_to(np.tanh((np.arange(40.0) - 20) / 3), (30, 40)).copy()
    for blind in (ramp, np.full((30, 40), 0.5)):
        assert np.all(flow_confidence(blind, blind, np.zeros((2, 30, 40))) == 0)


def test_compiled_confidence_equals_the_plain_one(dtype):
    pytest.importorskip("numba", reason="numba (the extra called fast) is not installed: there is only the plain form")
    rng = np.random.default_rng(2)
    for shape in ((5, 5), (7, 31), (33, 9), (70, 65)):
        pair = moving_pair(texture(seed=4, shortest=8), translation_flow(1.5, -1.0, shape))
        flow = (pair.flow + rng.normal(0, 2, pair.flow.shape)).astype(dtype)  # some arrows leave the frame
        I0, I1 = pair.I0.astype(dtype), pair.I1.astype(dtype)
        for options in ({}, {"window": 5, "noise": 0.01, "outlier": 0.5}):
            got, plain = (flow_confidence(I0, I1, flow, engine=e, **options) for e in ("auto", "plain"))
            assert got.dtype == plain.dtype == dtype
            scale = plain.max()
            np.testing.assert_allclose(
                got / scale, plain / scale, atol=1e-5 if dtype == "float32" else 1e-12, equal_nan=False
            )


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_extreme_certainties_and_ties_stay_finite(engine, field):
    flow, _, image = (x.astype(np.float32) for x in field)
    for confidence in (0.0, 1e-30, 3e38):
        for strength in (1e-30, 1e18):
            sure = np.full(SHAPE, confidence, np.float32)
            got = smooth_flow(flow, sure, image, strength=strength, contrast=1e-3, engine=engine)
            assert np.isfinite(got).all()
            assert got.max() <= flow.max() * (1 + 1e-5)


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_an_outlier_and_an_arrow_that_leaves_the_frame_vouch_for_nothing(engine):
    # A texture without motion. At one pixel I1 is spoilt, so that its slopes are of no scene: by its weight
    # the window's second-moment matrix forgets them.
    image = texture(seed=3, shortest=6)(*np.meshgrid(np.arange(24.0), np.arange(18.0)))
    spoilt = image.copy()
    spoilt[8, 11] += 5.0
    still = np.zeros((2, 18, 24))

    def sure(I1, flow, outlier):
        # Noise so large that what is left does not count: noise² lambda2 / noise⁴.
        return flow_confidence(image, I1, flow, noise=1e3, outlier=outlier, engine=engine) * 1e6

    trusting, robust = (sure(spoilt, still, o)[8, 11] for o in (1e9, 0.02))
    clean = sure(image, still, 0.02)[8, 11]
    assert trusting > 3 * clean
    # The four neighbours' slopes are of order 5 / 2, and their own brightness is right: they still count.
    assert robust < trusting
    leaving = still.copy()
    leaving[0] = 100.0
    assert np.all(sure(image, leaving, 0.02) == 0)


def test_confidence_refuses(put):
    I, flow = put(np.zeros(SHAPE)), put(np.zeros((2, *SHAPE)))
    for message, arguments, options in (
        ("the two frames must agree", (I, I[1:, ...], flow), {}),
        (r"give \(2, H, W\) and \(H, W\)", (I, I, flow[..., 1:]), {}),
        ("flow contains NaN", (I, I, flow * float("nan")), {}),
        ("noise and outlier must be positive", (I, I, flow), {"noise": 0}),
        ("noise and outlier must be positive", (I, I, flow), {"outlier": float("inf")}),
        ("noise of 1e-200 vanishes when squared", (I, I, flow), {"noise": 1e-200}),
        ("window must be an odd", (I, I, flow), {"window": 4}),
    ):
        with pytest.raises(ValueError, match=message):
            flow_confidence(*arguments, **options)


# Both in Lucas–Kanade


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_lucas_kanades_option_is_the_two_functions_in_a_row(dtype, engine):
    pair = moving_pair(texture(seed=4, shortest=8), translation_flow(1.5, -1.0, (40, 60)))
    I0, I1 = (I.astype(dtype) for I in pair[:2])
    rough = pyramidal_lucas_kanade(I0, I1, window=9, outlier=0.05, engine=engine)
    sure = flow_confidence(I0, I1, rough, window=9, outlier=0.05, engine=engine)
    got = pyramidal_lucas_kanade(I0, I1, window=9, outlier=0.05, smooth=7.0, engine=engine)
    assert np.array_equal(got, smooth_flow(rough, sure, I0, strength=7.0, engine=engine))
    batch = pyramidal_lucas_kanade(I0[None], I1[None], window=9, outlier=0.05, smooth=7.0, engine=engine)
    assert np.array_equal(batch[0], got)


def test_on_middlebury_it_takes_a_quarter_off_the_error_of_every_pair(middlebury):
    rough, smooth = [], []
    names = [n for n in pair_names("middlebury", middlebury) if n in ("Dimetrodon", "Hydrangea", "RubberWhale")]
    assert len(names) == 3
    for name in names:
        pair = load_pair("middlebury", name, middlebury)
        I0, I1 = (I.mean(axis=-1).astype(np.float32) / 255 for I in pair[:2])
        truth = pair.flow.astype(np.float32)
        rough.append(epe(pyramidal_lucas_kanade(I0, I1), truth))
        smooth.append(epe(pyramidal_lucas_kanade(I0, I1, smooth=20), truth))
        more = epe(pyramidal_lucas_kanade(I0, I1, smooth=20, iterations=10), truth)
        assert more <= 1.05 * smooth[-1]
    assert all(s < 0.75 * r for s, r in zip(smooth, rough, strict=True))
    assert np.mean(smooth) <= 0.17  # 0.1675 is what it reaches; OpenCV's DenseRLOF 0.182, DIS 0.209


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_where_motion_is_no_puzzle_it_harms_nothing(noise):
    # A turning, growing texture, without edges that could help: what the windows know must stay.
    field = motion_field("affine", [1.5, 0.02, -0.05, -1, 0.05, 0.01], (120, 160))
    pair = moving_pair(texture(seed=8, shortest=9, longest=60), field)
    rng = np.random.default_rng(0)
    I0, I1 = (I + noise * rng.standard_normal(I.shape) for I in pair[:2])
    rough, smooth = (epe(pyramidal_lucas_kanade(I0, I1, smooth=s), field) for s in (0, 20))
    assert smooth < 1.05 * rough
