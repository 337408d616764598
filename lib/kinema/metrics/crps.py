"""Continuous ranked probability score: how well several guesses, as a distribution, foretell one truth.

Gneiting & Raftery (2007), "Strictly proper scoring rules, prediction, and estimation", sec. 4.2. Unlike an error of the
mean it rewards guesses that are as unsure as they should be.
"""

from kinema.arrays import is_floating, namespace
from kinema.checks import check_finite, check_precision


def crps(samples, truth, *, fair=False):
    """CRPS of an ensemble at each element: E|X - y| - E|X - X'| / 2.

    X and X' are drawn from the M samples, y is the truth. It equals the integral over x of (F(x) - 1{x >= y})², where F is
    the samples' step function; with one sample it is the absolute error.

    Parameters
    ----------
    samples : floating-point array, shape (M, ...)
        M guesses, equally likely.
    truth : floating-point array, shape (...)
    fair : bool
        The plain score (False) judges the step function as it is, and so gets better with M for one and the same
        forecaster. The fair score takes X' from the other M - 1 samples: its expectation is the score of the
        distribution that the samples were drawn from, whatever M. It can be negative.

    Returns
    -------
    array, shape of `truth`
        In the unit of `truth`; 0 is perfect, smaller is better.

    Raises
    ------
    ValueError
        If shapes or types do not fit, a value is NaN or infinite, or a fair score is asked of one sample.

    References
    ----------
    Gneiting & Raftery (2007), eqs. (20) and (21), which score the other way round: theirs is the negative. Ferro (2014), "Fair
    scores for ensemble forecasts", for the fair form.

    Examples
    --------
    >>> import numpy as np
    >>> float(crps(np.array([0.0, 2.0]), np.array(1.0))), float(crps(np.array([0.0, 2.0]), np.array(1.0), fair=True))
    (0.5, 0.0)
    """
    xp = namespace(samples, truth)
    for name, x in (("samples", samples), ("truth", truth)):
        if not is_floating(x):
            raise ValueError(f"{name} has dtype {x.dtype}: convert it to floating point first (integers wrap around)")
        check_precision(check_finite(x, name), name)
    if samples.ndim < 1 or tuple(samples.shape[1:]) != tuple(truth.shape):
        raise ValueError(
            f"samples has shape {tuple(samples.shape)} and truth {tuple(truth.shape)}: expected (M, ...) and (...)"
        )
    if samples.dtype != truth.dtype:
        raise ValueError(f"samples has dtype {samples.dtype} and truth has {truth.dtype}: convert one of them")
    M = samples.shape[0]
    if M < (2 if fair else 1):
        raise ValueError(f"there are {M} samples: {'the fair score takes 2' if fair else 'at least 1 is needed'}")
    error = xp.sort(samples - truth, axis=0)  # from the truth, so that large values do not cancel
    # Sorted, the sum of all |x_i - x_j| is 2 sum_k (2k - M - 1) x_k, k = 1..M: no M² differences.
    rank = 2 * xp.arange(1, M + 1, dtype=error.dtype, device=error.device) - (M + 1)
    rank = xp.reshape(rank, (M,) + (1,) * truth.ndim)
    spread = xp.sum(rank * error, axis=0) / (M * (M - 1 if fair else M))
    return xp.mean(xp.abs(error), axis=0) - spread
