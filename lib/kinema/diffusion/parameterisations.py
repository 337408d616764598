"""Three names for one prediction: the noise eps, the clean sample x0, or v, which is neither and both.

With a = sqrt(alpha_bar_t) and s = sqrt(1 - alpha_bar_t): x_t = a x0 + s eps, and v = a eps - s x0. Given x_t, any one of
the three gives the others. Salimans & Ho (2022), appendix D, for v.
"""

from kinema.arrays import namespace
from kinema.checks import check_choice
from kinema.diffusion.schedules import at_step

KINDS = ("eps", "x0", "v")


def _scales(alpha_bar, t, x):
    xp = namespace(x)
    a = at_step(alpha_bar, t, x)
    return xp.sqrt(a), xp.sqrt(1 - a)


def target(x0, eps, t, kind, *, alpha_bar):
    """What a network that predicts `kind` ("eps", "x0" or "v") should have said.

    Parameters
    ----------
    x0, eps : array, shape (B, ...)
    t : int, or integer array, shape (B,)
    kind : {"eps", "x0", "v"}
    alpha_bar : array, shape (T + 1,)

    Returns
    -------
    array, shape of `x0`

    Raises
    ------
    ValueError
        If `kind` is none of these.
    """
    check_choice(kind, KINDS, "kind")
    if kind == "eps":
        return eps
    if kind == "x0":
        return x0
    a, s = _scales(alpha_bar, t, x0)
    return a * eps - s * x0


def to_x0(prediction, xt, t, kind, *, alpha_bar):
    """Clean sample that a prediction of `kind` amounts to; parameters as of `target`.

    At the very end of a schedule that leaves almost nothing, x0 from eps is a division by almost nothing.
    """
    check_choice(kind, KINDS, "kind")
    if kind == "x0":
        return prediction
    a, s = _scales(alpha_bar, t, xt)
    return a * xt - s * prediction if kind == "v" else (xt - s * prediction) / a


def to_eps(prediction, xt, t, kind, *, alpha_bar):
    """Noise that a prediction of `kind` amounts to; `t` at least 1 for "x0", since clean samples hold no noise."""
    check_choice(kind, KINDS, "kind")
    if kind == "eps":
        return prediction
    a, s = _scales(alpha_bar, t, xt)
    return s * xt + a * prediction if kind == "v" else (xt - a * prediction) / s


def to_v(prediction, xt, t, kind, *, alpha_bar):
    """v that a prediction of `kind` amounts to."""
    if kind == "v":
        return prediction
    x0 = to_x0(prediction, xt, t, kind, alpha_bar=alpha_bar)
    eps = to_eps(prediction, xt, t, kind, alpha_bar=alpha_bar)
    a, s = _scales(alpha_bar, t, xt)
    return a * eps - s * x0
