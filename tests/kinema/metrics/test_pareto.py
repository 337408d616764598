"""The front of what nobody beats in both price and accuracy, against its definition pair by pair."""

import numpy as np
import pytest
from kinema.metrics import pareto_front


def beaten(costs, scores, i):
    return any(
        costs[j] <= costs[i] and scores[j] >= scores[i] and (costs[j] < costs[i] or scores[j] > scores[i])
        for j in range(len(costs))
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_front_is_what_no_other_method_beats(seed):
    rng = np.random.default_rng(seed)
    costs, scores = rng.integers(0, 6, (2, 15)).astype(float)           # with ties and duplicates
    costs[rng.random(15) < 0.2] = np.nan
    want = [not np.isnan(c) and not beaten(costs, scores, i) for i, c in enumerate(costs)]
    assert pareto_front(costs, scores).tolist() == want
    assert any(want)


def test_equals_stand_together_and_an_unknown_price_beats_nobody():
    assert pareto_front([1, 1, 2, np.nan], [5, 5, 5, 9]).tolist() == [True, True, False, False]
    assert pareto_front([3, 2], [7, np.nan]).tolist() == [True, False]
    assert pareto_front([], []).tolist() == []


def test_the_front_of_the_lecture_s_table():
    # ARTNet's crop is cheapest of all, and its 250 crops are not.
    names, crop, views, top1 = ["ARTNet", "SlowFast", "R(2+1)D"], np.array([23.5, 36.1, 152]), [250, 30, 115], [69.2, 75.6, 72.0]
    assert [n for n, on in zip(names, pareto_front(crop, top1), strict=True) if on] == ["ARTNet", "SlowFast"]
    assert [n for n, on in zip(names, pareto_front(crop * views, top1), strict=True) if on] == ["SlowFast"]


@pytest.mark.parametrize(("costs", "scores"), [([1, 2], [1]), (1.0, 2.0), ([[1]], [[1]])])
def test_what_does_not_fit_is_refused(costs, scores):
    with pytest.raises(ValueError, match=r"must be \(N,\) both"):
        pareto_front(costs, scores)
