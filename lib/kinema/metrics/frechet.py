"""Distance between two sets of features: Fréchet's, between the Gaussians that fit them.

Dowson & Landau (1982), eq. (4); the FID of Heusel et al. (2017) and the FVD of Unterthiner et al. (2018) are this, in
the features of a network that recognises pictures or clips.
"""

from kinema.arrays import is_floating, namespace
from kinema.checks import check_finite

LEAST = 1e-7  # of the largest variance: a negative one beyond this is no rounding


def frechet_of_gaussians(mean1, cov1, mean2, cov2):
    """Squared Fréchet (2-Wasserstein) distance of two Gaussians.

    |mean1 - mean2|² + trace(cov1) + trace(cov2) - 2 trace((cov1 cov2)^(1/2)). The last trace is computed as the sum
    of the singular values of S1ᵀ S2, where cov = S Sᵀ comes from a symmetric eigendecomposition: no root of a
    matrix without symmetry, hence no imaginary parts to drop, and covariances of less than full rank are
    allowed.

    Parameters
    ----------
    mean1, mean2 : floating-point array, shape (D,)
    cov1, cov2 : floating-point array, shape (D, D)
        Symmetric, positive semidefinite.

    Returns
    -------
    float
        In the squared unit of the features, at least 0; computed in float64.

    Raises
    ------
    ValueError
        If shapes do not fit, a value is NaN or infinite, or a matrix is no covariance.

    References
    ----------
    Dowson & Landau (1982), "The Fréchet distance between multivariate normal distributions", eq. (4).
    """
    xp = namespace(mean1, cov1, mean2, cov2)
    D = mean1.shape[0] if mean1.ndim == 1 else None
    roots = []
    for mean, cov, number in ((mean1, cov1, 1), (mean2, cov2, 2)):
        if D is None or tuple(mean.shape) != (D,) or tuple(cov.shape) != (D, D):
            raise ValueError(
                f"mean{number} has shape {tuple(mean.shape)} and cov{number} {tuple(cov.shape)}: expected (D,) and (D, D), "
                "with one D for both Gaussians"
            )
        roots.append(_root(_double(cov, f"cov{number}"), f"cov{number}"))
    shift = _double(mean1, "mean1") - _double(mean2, "mean2")
    overlap = xp.linalg.svdvals(xp.matmul(roots[0].T, roots[1]))
    spread = xp.linalg.trace(_double(cov1, "cov1")) + xp.linalg.trace(_double(cov2, "cov2")) - 2 * xp.sum(overlap)
    return max(float(xp.sum(shift * shift) + spread), 0.0)  # rounding may leave a negative hair


def frechet_distance(a, b):
    """Squared Fréchet distance of the Gaussians with the means and covariances of two sets.

    Few samples make it too large: two sets of N from one Gaussian are not at 0, but at about D (D + 5) / (2 N) for unit
    variances and N well above D. So compare figures of equal N only, and take N well above D².

    Parameters
    ----------
    a, b : floating-point array, shape (N, D)
        Features, one row for each sample; N may differ.

    Returns
    -------
    float
        In the squared unit of the features, at least 0; computed in float64. Covariances are divided by N - 1.

    Raises
    ------
    ValueError
        If shapes do not fit, a set has less than two rows (no covariance), or a feature is NaN or infinite.

    References
    ----------
    Heusel et al. (2017), eq. (6), which calls the squared distance d². Chong & Forsyth (2020), "Effectively unbiased FID and
    Inception Score", on the bias.

    Examples
    --------
    >>> import numpy as np
    >>> a = np.array([[-1.0], [1.0]])  # variance 2
    >>> round(frechet_distance(a, 2 * a + 1), 6)  # 1 for the mean, 2 for the spread
    3.0
    """
    xp = namespace(a, b)
    gaussians = []
    for x, name in ((a, "a"), (b, "b")):
        if x.ndim != 2 or x.shape[1] != b.shape[-1] or x.shape[1] == 0:
            raise ValueError(
                f"a has shape {tuple(a.shape)} and b {tuple(b.shape)}: expected (N, D), with one D for both"
            )
        if x.shape[0] < 2:
            raise ValueError(f"{name} has {x.shape[0]} rows: a covariance takes at least 2, a good one many times D")
        x = _double(x, name)
        mean = xp.mean(x, axis=0)
        x = x - mean
        gaussians += [mean, xp.matmul(x.T, x) / (x.shape[0] - 1)]
    return frechet_of_gaussians(*gaussians)


def _double(x, name):
    if not is_floating(x):
        raise ValueError(f"{name} has dtype {x.dtype}: features are floating point")
    xp = namespace(x)
    return xp.astype(check_finite(x, name), xp.float64)


def _root(cov, name):
    """S with S Sᵀ = cov."""
    xp = namespace(cov)
    scale = float(xp.max(xp.abs(cov)))
    if float(xp.max(xp.abs(cov - cov.T))) > LEAST * scale:
        raise ValueError(f"{name} is not symmetric: it is no covariance")
    variances, axes = xp.linalg.eigh((cov + cov.T) / 2)
    if float(xp.min(variances)) < -LEAST * scale:
        raise ValueError(f"{name} has a negative variance, {float(xp.min(variances)):g}: it is no covariance")
    # What rounding leaves where the variance is 0 would be blown up by the root.
    noise = cov.shape[0] * xp.finfo(cov.dtype).eps * scale
    variances = xp.where(variances > noise, variances, xp.zeros_like(variances))
    return axes * xp.sqrt(variances)
