"""Accuracy and its price: what no other method beats in both."""

import numpy as np

from kinema.arrays import to_numpy


def pareto_front(costs, scores):
    """Which methods are beaten by none: no other one costs no more and scores no less, with one of the two strictly.

    Parameters
    ----------
    costs : array, shape (N,)
        Lower is better. NaN where a price is not known: such a method is on no front and beats nobody.
    scores : array, shape (N,)
        Higher is better. NaN as for costs.

    Returns
    -------
    array of bool, shape (N,)
        Methods that are equal in both stand or fall together.

    Raises
    ------
    ValueError
        If the two are not one-dimensional and of one length.
    """
    costs, scores = (np.asarray(to_numpy(x), np.float64) for x in (costs, scores))
    if costs.ndim != 1 or costs.shape != scores.shape:
        raise ValueError(f"costs and scores must be (N,) both, got shapes {costs.shape} and {scores.shape}")
    cheaper, better = costs[:, None] <= costs, scores[:, None] >= scores     # [j, i]: j against i
    strictly = (costs[:, None] < costs) | (scores[:, None] > scores)
    beaten = (cheaper & better & strictly).any(axis=0)
    return ~beaten & ~np.isnan(costs) & ~np.isnan(scores)
