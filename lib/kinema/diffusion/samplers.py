"""From noise to a sample, a step at a time.

A sampler is given `predict(x, t)`, which says what `kind` names ("eps", "x0" or "v") of samples x at the integer step t,
and `draw(shape)`, standard normal numbers in the arrays wanted: so numpy, torch and CuPy sample alike, and results
repeat. Ho, Jain & Abbeel (2020) for `ddpm`; Song, Meng & Ermon (2021) for `ddim`; Karras et al. (2022) for `heun`.
"""

import numpy as np

from kinema.arrays import namespace
from kinema.checks import check_choice
from kinema.diffusion.noising import posterior
from kinema.diffusion.parameterisations import to_eps, to_x0
from kinema.diffusion.schedules import at_step

VARIANCES = ("posterior", "beta")


def ddpm(predict, x, draw, *, alpha_bar, kind="eps", variance="posterior", clip=None, trace=None):
    """Walk from noise at step T to clean samples, one step of the schedule at a time, with fresh noise at each.

    Parameters
    ----------
    predict : callable
        ``predict(x, t)``, t an integer from T down to 1.
    x : array, shape (B, ...)
        Standard normal.
    draw : callable
        ``draw(shape)``; called once for each step but the last, which adds no noise.
    alpha_bar : array, shape (T + 1,)
    kind : {"eps", "x0", "v"}
    variance : {"posterior", "beta"}
        Of the noise that is added back: that of the posterior for a known end, or the schedule's beta. The first is
        exact for data that are one point, the second for data of unit variance.
    clip : float or None
        Keep every estimate of x0 within -clip to clip.
    trace : callable or None
        Called with (t, x, x0) at each step before it is taken.

    Returns
    -------
    array, shape of `x`

    Raises
    ------
    ValueError
        If an option is none of these.

    References
    ----------
    Ho, Jain & Abbeel (2020), algorithm 2.
    """
    xp = namespace(x)
    check_choice(variance, VARIANCES, "variance")
    for t in range(len(alpha_bar) - 1, 0, -1):
        x0 = clipped(to_x0(predict(x, t), x, t, kind, alpha_bar=alpha_bar), clip)
        if trace:
            trace(t, x, x0)
        mean, spread = posterior(x0, x, t, alpha_bar=alpha_bar)
        if variance == "beta":
            spread = 1 - at_step(alpha_bar, t, x) / at_step(alpha_bar, t - 1, x)
        x = mean + xp.sqrt(spread) * draw(x.shape) if t > 1 else mean
    return x


def ddim_step(x, x0, t, before, noise=None, *, eta=0.0, alpha_bar):
    """From step `t` to the earlier step `before`, any number of steps down, when the end is taken to be `x0`.

    `eta` is the share of the posterior's noise that is added: 0 takes none, 1 is DDPM's step. `noise` is standard
    normal, and needed only then.

    References
    ----------
    Song, Meng & Ermon (2021), eq. (12) and (16).
    """
    xp = namespace(x, x0)
    now, then = at_step(alpha_bar, t, x), at_step(alpha_bar, before, x)
    eps = to_eps(x0, x, t, "x0", alpha_bar=alpha_bar)
    spread = eta**2 * (1 - then) / (1 - now) * (1 - now / then)
    x = xp.sqrt(then) * x0 + xp.sqrt(1 - then - spread) * eps
    return x if noise is None or not eta else x + xp.sqrt(spread) * noise


def ddim(predict, x, steps, *, alpha_bar, kind="eps", eta=0.0, draw=None, clip=None, trace=None):
    """Walk from noise to samples over some of the steps only, with as much fresh noise as `eta` says.

    Parameters
    ----------
    predict, x, alpha_bar, kind, clip, trace
        As of `ddpm`.
    steps : sequence of int
        Rising, such as `kinema.diffusion.schedules.spaced` makes; the last is where `x` is.
    eta : float
        0 is deterministic; 1 adds what DDPM would add.
    draw : callable or None
        Needed when `eta` is not 0.

    Returns
    -------
    array, shape of `x`

    Raises
    ------
    ValueError
        If steps do not rise, or `eta` asks for noise and there is no `draw`.
    """
    steps = [0, *(int(t) for t in steps)]
    if any(b <= a for a, b in zip(steps, steps[1:], strict=False)):
        raise ValueError(f"steps must rise from 1 on, got {steps[1:]}")
    if eta and draw is None:
        raise ValueError(f"eta = {eta} adds noise: give draw, a function of a shape")
    for before, t in zip(steps[-2::-1], steps[:0:-1], strict=True):
        x0 = clipped(to_x0(predict(x, t), x, t, kind, alpha_bar=alpha_bar), clip)
        if trace:
            trace(t, x, x0)
        noise = draw(x.shape) if eta and before else None
        x = ddim_step(x, x0, t, before, noise, eta=eta, alpha_bar=alpha_bar)
    return x


def clipped(x, limit):
    """`x` within -limit to limit; None leaves it alone."""
    return x if limit is None else namespace(x).clip(x, -limit, limit)


def guided(conditional, unconditional, scale):
    """Classifier-free guidance: the prediction moved away from what would be said without the condition.

    ``unconditional + scale * (conditional - unconditional)``: 1 is the conditional prediction, 0 the unconditional one.
    Ho and Salimans' w is `scale` - 1.

    References
    ----------
    Ho & Salimans (2022), eq. (6).
    """
    return unconditional + scale * (conditional - unconditional)


def karras_sigmas(count, *, smallest=0.002, largest=80.0, rho=7.0):
    """Noise levels from `largest` to `smallest`, dense where there is little noise, and then 0; shape (count + 1,).

    References
    ----------
    Karras et al. (2022), eq. (5).
    """
    if count < 2 or not 0 < smallest < largest:
        raise ValueError(f"need count of at least 2 and 0 < smallest < largest, got {count}, {smallest}, {largest}")
    share = np.linspace(0, 1, count)
    roots = (largest ** (1 / rho), smallest ** (1 / rho))
    return np.append((roots[0] + share * (roots[1] - roots[0])) ** rho, 0.0)


def euler(denoise, x, sigmas):
    """Follow dx/dsigma = (x - D(x, sigma)) / sigma down the noise levels `sigmas`, one evaluation for each.

    Parameters
    ----------
    denoise : callable
        ``denoise(x, sigma)``: the clean sample to expect under x = x0 + sigma · eps.
    x : array
        Normal with standard deviation ``sigmas[0]``.
    sigmas : sequence of float
        Falling; the last may be 0.

    Returns
    -------
    array, shape of `x`
    """
    for now, then in _pairs(sigmas):
        x = x + (then - now) * (x - denoise(x, now)) / now
    return x


def heun(denoise, x, sigmas):
    """The same path as `euler`, its slope averaged over both ends of each step: twice the work, a higher order.

    References
    ----------
    Karras et al. (2022), algorithm 1.
    """
    for now, then in _pairs(sigmas):
        slope = (x - denoise(x, now)) / now
        guess = x + (then - now) * slope
        if then > 0:
            slope = (slope + (guess - denoise(guess, then)) / then) / 2
        x = x + (then - now) * slope
    return x


def _pairs(sigmas):
    sigmas = [float(s) for s in sigmas]
    if any(b >= a for a, b in zip(sigmas, sigmas[1:], strict=False)) or len(sigmas) < 2 or sigmas[-1] < 0:
        raise ValueError("noise levels must fall, from the largest to 0 or more")
    return zip(sigmas, sigmas[1:], strict=False)
