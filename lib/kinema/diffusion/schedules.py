"""How much of the picture is left after t steps of noise.

All of a schedule is one array, `alpha_bar`, of length T + 1: `alpha_bar[t]` is the share of the picture's variance that
is left after step t, and `alpha_bar[0]` is 1, the clean picture. So t here is the t of the papers, and what they call
alpha_bar of step t - 1 is one place to the left, with nothing to pad. Ho, Jain & Abbeel (2020); Nichol & Dhariwal
(2021); Kingma et al. (2021) for the logarithm of the signal-to-noise ratio.
"""

import math

import numpy as np

from kinema.arrays import namespace
from kinema.checks import check_count

LARGEST_BETA = 0.999  # of the cosine schedule: its last step would leave nothing at all


def _checked(alpha_bar, betas):
    if not (np.all(betas > 0) and np.all(betas < 1)):
        raise ValueError("each step must add some noise and leave some picture: betas are to lie between 0 and 1")
    return alpha_bar


def from_betas(betas):
    """The schedule whose step t replaces a share ``betas[t - 1]`` of the variance by noise.

    Parameters
    ----------
    betas : sequence of float, length T
        Each between 0 and 1.

    Returns
    -------
    numpy array, shape (T + 1,)
        float64: 1 and the running product of 1 - beta.

    Raises
    ------
    ValueError
        If a beta is not between 0 and 1.
    """
    betas = np.asarray(betas, dtype=np.float64)
    return _checked(np.concatenate([[1.0], np.cumprod(1 - betas)]), betas)


def linear_schedule(num_steps=1000, first=1e-4, last=0.02):
    """`alpha_bar` for betas that grow evenly from `first` to `last`: that of DDPM.

    Returns
    -------
    numpy array, shape (num_steps + 1,)

    References
    ----------
    Ho, Jain & Abbeel (2020), section 4.
    """
    return from_betas(np.linspace(first, last, check_count(num_steps, "num_steps")))


def cosine_schedule(num_steps=1000, offset=0.008):
    """`alpha_bar` along a squared cosine, which spends more steps where little noise is left.

    Returns
    -------
    numpy array, shape (num_steps + 1,)

    References
    ----------
    Nichol & Dhariwal (2021), eq. (17); no beta is larger than 0.999.
    """
    u = np.linspace(0, 1, check_count(num_steps, "num_steps") + 1)
    f = np.cos((u + offset) / (1 + offset) * math.pi / 2) ** 2
    return from_betas(np.minimum(1 - f[1:] / f[:-1], LARGEST_BETA))


def log_snr_schedule(num_steps=1000, most=20.0, least=-20.0):
    """`alpha_bar` whose logarithm of signal to noise is -2 log tan of an angle that grows evenly, from `most` to `least`.

    With no limits this is the cosine schedule without its offset; VDM trains so, in continuous time.

    Returns
    -------
    numpy array, shape (num_steps + 1,)
        The first entry, clean by definition, is 1.

    References
    ----------
    Ho & Salimans (2022), section 3, with limits on log(alpha² / sigma²).
    """
    low, high = math.atan(math.exp(-most / 2)), math.atan(math.exp(-least / 2))
    angles = np.linspace(low, high, check_count(num_steps, "num_steps") + 1)
    alpha_bar = np.cos(angles) ** 2
    alpha_bar[0] = 1.0
    return _checked(alpha_bar, 1 - alpha_bar[1:] / alpha_bar[:-1])


def betas_of(alpha_bar):
    """Noise that each step adds, shape (T,): ``betas_of(alpha_bar)[t - 1]`` belongs to step t."""
    return 1 - alpha_bar[1:] / alpha_bar[:-1]


def log_snr(alpha_bar):
    """Logarithm of signal to noise, log(alpha_bar / (1 - alpha_bar)); infinite where there is no noise."""
    xp = namespace(alpha_bar)
    clean = alpha_bar >= 1
    ratio = xp.log(alpha_bar) - xp.log(xp.where(clean, xp.ones_like(alpha_bar), 1 - alpha_bar))
    return xp.where(clean, xp.full_like(alpha_bar, math.inf), ratio)


def spaced(num_steps, count):
    """Steps to sample with when there is no time for all: `count` of the steps 1 to `num_steps`, the last among them.

    Returns
    -------
    numpy array of int, shape (count,)
        Rising, as evenly as can be.

    Raises
    ------
    ValueError
        If `count` is more than `num_steps`.
    """
    if check_count(count, "count") > check_count(num_steps, "num_steps"):
        raise ValueError(f"cannot choose {count} of {num_steps} steps")
    return np.round(np.linspace(num_steps / count, num_steps, count)).astype(int)


def at_step(alpha_bar, t, x):
    """`alpha_bar[t]` in the dtype of `x`, shaped to multiply it: t is an integer, or an integer array (B,).

    Raises
    ------
    ValueError
        If a step lies outside 0 to T.
    """
    xp = namespace(x)
    alpha_bar = xp.asarray(alpha_bar, device=x.device)
    last = alpha_bar.shape[0] - 1
    if not hasattr(t, "shape"):
        if not 0 <= t <= last:
            raise ValueError(f"step t = {t} is outside 0 to {last}; 0 is clean")
        return xp.astype(alpha_bar[int(t)], x.dtype)
    if t.shape != x.shape[:1]:
        raise ValueError(f"t has shape {t.shape}, but {x.shape[0]} samples need a step each: ({x.shape[0]},)")
    if bool(xp.any(t < 0)) or bool(xp.any(t > last)):
        raise ValueError(f"a step in t is outside 0 to {last}; 0 is clean")
    values = xp.astype(xp.take(alpha_bar, t, axis=0), x.dtype)
    return xp.reshape(values, (-1,) + (1,) * (x.ndim - 1))
