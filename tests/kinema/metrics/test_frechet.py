"""Fréchet distance: against the root of the matrix product, closed forms, and its own bias."""

import numpy as np
import pytest

from kinema.metrics import frechet_distance, frechet_of_gaussians


def gaussian(seed, D=6, rank=None):
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(D, rank or D + 3))
    return rng.normal(size=D), factor @ factor.T / factor.shape[1]


def by_matrix_root(mean1, cov1, mean2, cov2):
    linalg = pytest.importorskip("scipy.linalg")
    shift = mean1 - mean2
    return shift @ shift + np.trace(cov1 + cov2 - 2 * linalg.sqrtm(cov1 @ cov2).real)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_form_with_the_root_of_the_product(put, seed):
    given = (*gaussian(seed), *gaussian(seed + 10))
    assert frechet_of_gaussians(*(put(x) for x in given)) == pytest.approx(by_matrix_root(*given), rel=1e-9)


def test_diagonal_gaussians_are_apart_by_their_means_and_deviations(put):
    rng = np.random.default_rng(0)
    mean1, mean2, s1, s2 = rng.uniform(0.1, 3, (4, 7))
    want = ((mean1 - mean2) ** 2 + (s1 - s2) ** 2).sum()
    given = mean1, np.diag(s1**2), mean2, np.diag(s2**2)
    assert frechet_of_gaussians(*(put(x) for x in given)) == pytest.approx(want, rel=1e-12)


def test_a_set_is_at_no_distance_from_itself_and_the_order_does_not_matter(put, dtype):
    rng = np.random.default_rng(1)
    a, b = put(rng.normal(size=(50, 8)), dtype), put(rng.normal(size=(30, 8)) * 2, dtype)
    assert frechet_distance(a, a) < 1e-12
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-10)
    assert isinstance(frechet_distance(a, b), float)


def test_sets_are_fitted_by_numpys_mean_and_covariance(put):
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(40, 5)), rng.normal(size=(60, 5)) @ rng.normal(size=(5, 5)) + 1
    want = by_matrix_root(a.mean(axis=0), np.cov(a.T), b.mean(axis=0), np.cov(b.T))
    assert frechet_distance(put(a), put(b)) == pytest.approx(want, rel=1e-9)


def test_turning_and_shifting_both_sets_changes_nothing(put):
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(40, 5)), rng.normal(size=(60, 5)) * [1, 2, 3, 4, 5]
    turn, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    assert frechet_distance(put(a @ turn + 9), put(b @ turn + 9)) == pytest.approx(frechet_distance(put(a), put(b)), rel=1e-9)


def test_fewer_samples_than_features_are_no_trouble(put):
    # Covariances of rank 9 in 40 dimensions: with a set of 10 samples moved by a constant, only the shift is left.
    a = np.random.default_rng(4).normal(size=(10, 40))
    assert frechet_distance(put(a), put(a + 0.5)) == pytest.approx(40 * 0.25, rel=1e-9)
    # Spread over axes that do not meet, the overlap is 0: the traces add up.
    b = a.copy()
    a[:, 20:], b[:, :20] = 0, 0
    assert frechet_of_gaussians(*(put(x) for x in (np.zeros(40), np.cov(a.T), np.zeros(40), np.cov(b.T)))) == pytest.approx(
        np.trace(np.cov(a.T)) + np.trace(np.cov(b.T)), rel=1e-9
    )


def test_directions_without_spread_add_no_rounding(put):
    # The overlap once more, of the centred features themselves: no covariance, and no root of a variance that should be 0.
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(20, 300)), rng.normal(size=(100, 300))
    A, B = ((x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in (a, b))
    overlap = np.linalg.svd(A @ B.T, compute_uv=False).sum()
    want = ((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum() + (A**2).sum() + (B**2).sum() - 2 * overlap
    assert frechet_distance(put(a), put(b)) == pytest.approx(want, rel=1e-12)  # with rounding in: 1e-8 off


def test_small_numbers_beside_a_large_mean_keep_their_digits():
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 200, 3)).round(2)
    assert frechet_distance(a + 1e6, b + 1e6) == pytest.approx(frechet_distance(a, b), rel=1e-6)


@pytest.mark.parametrize("N", [100, 400, 1600])
def test_two_sets_from_one_gaussian_are_apart_by_the_bias_that_is_stated(N):
    D, rng = 8, np.random.default_rng(N)
    mean = np.mean([frechet_distance(*rng.normal(size=(2, N, D))) for _ in range(60)])
    assert mean == pytest.approx(D * (D + 5) / (2 * N), rel=0.15)  # 60 draws: 2 % of it; the next order at N = 100: 6 %


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: frechet_distance(np.zeros((1, 3)), np.zeros((5, 3))), "a has 1 rows: a covariance takes at least 2"),
        (lambda: frechet_distance(np.zeros((5, 3)), np.zeros((1, 3))), "b has 1 rows"),
        (lambda: frechet_distance(np.zeros((5, 3)), np.zeros((5, 4))), r"a has shape \(5, 3\) and b \(5, 4\)"),
        (lambda: frechet_distance(np.zeros(5), np.zeros((5, 5))), r"expected \(N, D\)"),
        (lambda: frechet_distance(np.full((5, 3), np.nan), np.zeros((5, 3))), "a contains NaN"),
        (lambda: frechet_distance(np.zeros((5, 3), int), np.zeros((5, 3), int)), "a has dtype int64"),
        (lambda: frechet_of_gaussians(np.zeros(2), np.eye(3), np.zeros(2), np.eye(2)), r"cov1 \(3, 3\)"),
        (lambda: frechet_of_gaussians(np.zeros(2), np.eye(2), np.zeros(2), -np.eye(2)), "cov2 has a negative variance, -1"),
        (lambda: frechet_of_gaussians(np.zeros(2), np.triu(np.ones((2, 2))), np.zeros(2), np.eye(2)), "cov1 is not symmetric"),
    ],
)
def test_what_has_no_distance_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
