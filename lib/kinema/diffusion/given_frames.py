"""How to make a model respect given frames, right and wrong, each held against the exact answer.

    python -m kinema.diffusion.given_frames            # the table of chapter 13
    python -m kinema.diffusion.given_frames --json

The film is a number per frame, Gaussian, so that the distribution of the missing frames has a closed form. Methods:

conditional      the given frames are inputs of the model (Harvey et al., 2022; Höppe et al., 2022; Voleti et al., 2022)
guidance         a joint model, pushed by the slope of its own error on the given frames (Ho et al., 2022)
guidance x4      the same with four times the push
resampling       replacement, but each step is walked back and forth (Lugmayr et al., 2022)
replacement      a joint model whose given frames are overwritten by their noised version at every step (Song et al., 2021)
paste            a joint model whose given frames are overwritten by the clean ones at every step
unconditional    a joint model that is told nothing; the given frames are pasted at the end
"""

import argparse
import json
import sys
from functools import partial
from typing import NamedTuple

import numpy as np

from kinema.checks import check_choice
from kinema.diffusion.noising import posterior, q_sample, q_step
from kinema.diffusion.oracles import ar1_film, predictor
from kinema.diffusion.samplers import ddpm
from kinema.diffusion.schedules import at_step, linear_schedule

ALPHA_BAR = linear_schedule(200, 1e-4, 0.04)
RETURNS = 10  # times that resampling walks each step
STRONGER = 4.0  # times what Bayes' rule says, were the model's guess of the given frames as uncertain as the noise


class Compared(NamedTuple):
    """A method's samples beside the exact answer."""

    method: str
    mean_error: float
    """Largest difference of a missing frame's mean."""
    covariance_error: float
    """Largest difference in the missing frames' covariance."""
    variance: tuple[float, ...]
    """Of each missing frame."""
    mean: tuple[float, ...]


def sample(method, film, observed, values, *, count, seed=0, alpha_bar=ALPHA_BAR):
    """Films by one of `METHODS`.

    Parameters
    ----------
    method : str
    film : Gaussian
        Of all frames.
    observed : bool array, shape (F,)
    values : array, shape (number observed,)
    count, seed : int
    alpha_bar : array, shape (T + 1,)

    Returns
    -------
    array, shape (count, F)
        With the given frames in their places.
    """
    check_choice(method, METHODS, "method")
    observed, clean = np.asarray(observed, dtype=bool), np.zeros((count, len(observed)))
    clean[:, observed] = values
    made = METHODS[method](film, clean, observed, np.random.default_rng(seed).standard_normal, alpha_bar)
    made[:, observed] = values
    return made


def _conditional(film, clean, observed, draw, alpha_bar):
    """The network of Harvey et al. if it were perfect: it knows the given frames, and denoises the others alone."""
    rest = film.given(observed, clean[0, observed])
    predict, x, made = predictor(rest, alpha_bar=alpha_bar), draw((len(clean), len(rest.mean))), clean.copy()
    made[:, ~observed] = ddpm(predict, x, draw, alpha_bar=alpha_bar, variance="beta")
    return made


def _walk(x0, x, t, draw, alpha_bar):
    """DDPM's step towards `x0`, with beta for the variance."""
    mean, _ = posterior(x0, x, t, alpha_bar=alpha_bar)
    beta = 1 - at_step(alpha_bar, t, x) / at_step(alpha_bar, t - 1, x)
    return mean + (np.sqrt(beta) * draw(x.shape) if t > 1 else 0)


def _joint(film, clean, observed, draw, alpha_bar, *, before=None, returns=1, estimate=None):
    """Sample the joint model, with `before(x, t)` done to the frames ahead of each step, and each step walked `returns` times."""
    estimate = estimate or (lambda x, t: film.denoise(x, t, alpha_bar=alpha_bar))
    x = draw(clean.shape)
    for t in range(len(alpha_bar) - 1, 0, -1):
        for again in reversed(range(returns if t > 1 else 1)):
            x = before(x, t) if before else x
            x = _walk(estimate(x, t), x, t, draw, alpha_bar)
            if again:
                x = q_step(x, t, draw(x.shape), alpha_bar=alpha_bar)
    return x


def _replacement(film, clean, observed, draw, alpha_bar, *, returns=1):
    def before(x, t):
        return np.where(observed, q_sample(clean, t, draw(x.shape), alpha_bar=alpha_bar), x)

    return _joint(film, clean, observed, draw, alpha_bar, before=before, returns=returns)


def _paste(film, clean, observed, draw, alpha_bar):
    return _joint(film, clean, observed, draw, alpha_bar, before=lambda x, t: np.where(observed, clean, x))


def _guidance(film, clean, observed, draw, alpha_bar, *, strength=1.0):
    """From the estimate of x0, take strength · a / 2 times the slope, by x, of |its given frames - the true ones|².

    Ho et al. (2022), section 3.1, who so push the frames to be made; here the given ones are pushed as well.
    """
    nothing = np.zeros((1, clean.shape[1]))

    def estimate(x, t):
        x0 = film.denoise(x, t, alpha_bar=alpha_bar)
        # The oracle is linear: what entry i of x adds to the estimate is row i of a matrix.
        slope = film.denoise(np.eye(x.shape[1]), t, alpha_bar=alpha_bar) - film.denoise(nothing, t, alpha_bar=alpha_bar)
        wrong = np.where(observed, x0 - clean, 0.0)
        return x0 - strength * np.sqrt(alpha_bar[t]) * wrong @ slope.T  # the square's 2 and the half cancel

    return _joint(film, clean, observed, draw, alpha_bar, estimate=estimate)


METHODS = {
    "conditional": _conditional,
    "guidance": _guidance,
    "guidance x4": partial(_guidance, strength=STRONGER),
    "resampling": partial(_replacement, returns=RETURNS),
    "replacement": _replacement,
    "paste": _paste,
    "unconditional": _joint,
}


def compare(methods=tuple(METHODS), *, frames=8, rho=0.9, ends=(1.0, -1.0), count=20_000, seed=0):
    """Each method's samples of a film whose two ends are given, beside the exact mean and covariance.

    Returns
    -------
    list of Compared
        The first, "exact", is the closed form.
    """
    film, observed = ar1_film(frames, rho), np.zeros(frames, dtype=bool)
    observed[[0, -1]] = True
    exact = film.given(observed, ends)
    rows = [Compared("exact", 0.0, 0.0, tuple(np.diag(exact.covariance)), tuple(exact.mean))]
    for method in methods:
        made = sample(method, film, observed, np.asarray(ends), count=count, seed=seed)[:, ~observed]
        mean, covariance = made.mean(axis=0), np.cov(made.T)
        rows.append(Compared(method, float(np.abs(mean - exact.mean).max()), float(np.abs(covariance - exact.covariance).max()),
                             tuple(np.diag(covariance)), tuple(mean)))  # fmt: skip
    return rows


def main(argv=None):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m kinema.diffusion.given_frames", description="Hold each way of respecting given frames against the exact answer.")
    parser.add_argument("--count", type=int, default=20_000, help="samples of each method (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args(argv)
    rows = compare(count=arguments.count, seed=arguments.seed)
    if arguments.json:
        print(json.dumps([row._asdict() for row in rows], indent=1))
        return 0
    print(f"{'method':<15}{'mean off by':>12}{'covariance':>12}   variance of the missing frames")
    for row in rows:
        print(f"{row.method:<15}{row.mean_error:>12.3f}{row.covariance_error:>12.3f}   {' '.join(f'{v:.3f}' for v in row.variance)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
