"""Noise into a picture, and the exact way back for one whose end is known. Ho, Jain & Abbeel (2020).

With `alpha_bar` as in `kinema.diffusion.schedules`: x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps.
"""

from kinema.arrays import namespace
from kinema.diffusion.schedules import at_step


def _same_shape(x, y, x_name, y_name):
    if x.shape != y.shape:
        raise ValueError(f"{y_name} has shape {tuple(y.shape)}, {x_name} has {tuple(x.shape)}: they must be alike")


def q_sample(x0, t, eps, *, alpha_bar):
    """Noise clean samples to step `t` in one jump.

    Parameters
    ----------
    x0 : array, shape (B, ...)
        Clean samples.
    t : int, or integer array, shape (B,)
        Step of each sample; 0 leaves it clean.
    eps : array, shape of `x0`
        Standard normal. Passed in, never drawn here, so that results repeat.
    alpha_bar : array, shape (T + 1,)
        The schedule.

    Returns
    -------
    array, shape of `x0`
        Same namespace, dtype and device.

    Raises
    ------
    ValueError
        If shapes differ, or a step is outside the schedule.

    References
    ----------
    Ho, Jain & Abbeel (2020), eq. (4).
    """
    xp = namespace(x0, eps)
    _same_shape(x0, eps, "x0", "eps")
    a = at_step(alpha_bar, t, x0)
    return xp.sqrt(a) * x0 + xp.sqrt(1 - a) * eps


def q_step(x, t, eps, *, alpha_bar):
    """One step of noise, from t - 1 to `t` (at least 1); parameters as of `q_sample`.

    References
    ----------
    Ho, Jain & Abbeel (2020), eq. (2).
    """
    xp = namespace(x, eps)
    _same_shape(x, eps, "x", "eps")
    kept = at_step(alpha_bar, t, x) / at_step(alpha_bar, t - 1, x)                  # 1 - beta_t
    return xp.sqrt(kept) * x + xp.sqrt(1 - kept) * eps


def posterior(x0, xt, t, *, alpha_bar):
    """Where x_{t-1} was, if the clean sample was `x0` and t steps made it `xt`: mean and variance of a Gaussian.

    Parameters
    ----------
    x0, xt : array, shape (B, ...)
    t : int, or integer array, shape (B,)
        At least 1.
    alpha_bar : array, shape (T + 1,)

    Returns
    -------
    mean : array, shape of `x0`
    variance : array, shape (B, 1, ...), or () for an integer `t`
        Called beta tilde; 0 at t = 1, where x_0 is known to be `x0`.

    Raises
    ------
    ValueError
        If shapes differ, or a step is outside 1 to T.

    References
    ----------
    Ho, Jain & Abbeel (2020), eq. (6) and (7).
    """
    xp = namespace(x0, xt)
    _same_shape(x0, xt, "x0", "xt")
    now, before = at_step(alpha_bar, t, x0), at_step(alpha_bar, t - 1, x0)
    kept = now / before
    mean = (xp.sqrt(before) * (1 - kept) * x0 + xp.sqrt(kept) * (1 - before) * xt) / (1 - now)
    return mean, (1 - before) * (1 - kept) / (1 - now)
