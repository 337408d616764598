"""Data whose best denoiser is known, so that every sampler can be held against the truth.

An oracle answers what a perfectly trained network would: the mean of all clean samples that could be under the noise.
What is left over when it is used is the method's own error.
"""

from typing import NamedTuple

import numpy as np

from kinema.arrays import namespace
from kinema.diffusion.parameterisations import target, to_eps
from kinema.diffusion.schedules import at_step


class Gaussian(NamedTuple):
    """Normal data with a full covariance."""

    mean: np.ndarray
    """(N,)"""
    covariance: np.ndarray
    """(N, N)"""

    def denoise(self, x, t, *, alpha_bar):
        """The clean sample to expect under `x`, (B, N), noised to step `t`.

        With a = sqrt(alpha_bar): mean + a C (a² C + (1 - a²) I)^-1 (x - a mean).
        """
        xp = namespace(x)
        a = float(at_step(alpha_bar, t, np.empty(0)))
        noisy = a * self.covariance + (1 - a) * np.eye(len(self.mean))
        gain = _like(np.linalg.solve(noisy, np.sqrt(a) * self.covariance), x)               # symmetric factors commute
        mean = _like(self.mean, x)
        return mean + xp.matmul(x - a**0.5 * mean, gain)

    def given(self, observed, values):
        """What is left to know when the entries `observed` are `values`: a Gaussian of the others.

        Parameters
        ----------
        observed : bool array, shape (N,)
        values : array, shape (number observed,)

        Returns
        -------
        Gaussian

        Raises
        ------
        ValueError
            If nothing is left, or there are more or fewer values than observed entries.
        """
        observed = np.asarray(observed, dtype=bool)
        if len(values) != observed.sum() or observed.shape != self.mean.shape or observed.all():
            raise ValueError(
                f"need a mask of {self.mean.shape} with something left unobserved and a value for each observed entry, "
                f"got {observed.shape} with {observed.sum()} observed and {len(values)} values"
            )
        seen, free = np.flatnonzero(observed), np.flatnonzero(~observed)
        gain = np.linalg.solve(self.covariance[np.ix_(seen, seen)], self.covariance[np.ix_(seen, free)]).T
        mean = self.mean[free] + gain @ (np.asarray(values) - self.mean[seen])
        return Gaussian(mean, self.covariance[np.ix_(free, free)] - gain @ self.covariance[np.ix_(seen, free)])

    def sample(self, rng, count):
        """(count, N) samples by the numpy generator `rng`."""
        values, vectors = np.linalg.eigh(self.covariance)
        return self.mean + rng.standard_normal((count, len(self.mean))) * np.sqrt(np.maximum(values, 0)) @ vectors.T


class Mixture(NamedTuple):
    """A choice between Gaussians without covariance."""

    weights: np.ndarray
    """(K,), summing to 1."""
    means: np.ndarray
    """(K, N)"""
    deviations: np.ndarray
    """(K,), standard deviation of each along every axis."""

    def responsibilities(self, x, t, *, alpha_bar):
        """How likely each component is under `x` (B, N) at step `t`: (B, K), rows summing to 1."""
        xp = namespace(x)
        means, spread, log_weights = self._noised(x, t, alpha_bar)
        distance = xp.sum((x[:, None, :] - means) ** 2, axis=-1)                            # (B, K)
        score = log_weights - distance / (2 * spread) - 0.5 * x.shape[1] * xp.log(spread)
        share = xp.exp(score - xp.max(score, axis=1, keepdims=True))
        return share / xp.sum(share, axis=1, keepdims=True)

    def denoise(self, x, t, *, alpha_bar):
        """The clean sample to expect under `x`, (B, N), noised to step `t`: each component's guess, by its likelihood."""
        xp = namespace(x)
        a = float(at_step(alpha_bar, t, np.empty(0)))
        _, spread, _ = self._noised(x, t, alpha_bar)
        means, variance = _like(self.means, x), _like(self.deviations, x) ** 2
        gain = a**0.5 * variance / spread                                                   # (K,)
        guesses = means + gain[:, None] * (x[:, None, :] - a**0.5 * means)                  # (B, K, N)
        return xp.sum(self.responsibilities(x, t, alpha_bar=alpha_bar)[..., None] * guesses, axis=1)

    def density(self, x, t, *, alpha_bar):
        """Density of the noised data at `x` (B, N): (B,)."""
        xp = namespace(x)
        means, spread, log_weights = self._noised(x, t, alpha_bar)
        distance = xp.sum((x[:, None, :] - means) ** 2, axis=-1)
        scale = (2 * np.pi * spread) ** (0.5 * x.shape[1])
        return xp.sum(xp.exp(log_weights - distance / (2 * spread)) / scale, axis=1)

    def _noised(self, x, t, alpha_bar):
        a = float(at_step(alpha_bar, t, np.empty(0)))
        means, variance = _like(self.means, x), _like(self.deviations, x) ** 2
        return a**0.5 * means, a * variance + 1 - a, _like(np.log(self.weights), x)

    def sample(self, rng, count):
        """(count, N) samples by the numpy generator `rng`."""
        chosen = rng.choice(len(self.weights), size=count, p=self.weights)
        return self.means[chosen] + rng.standard_normal((count, self.means.shape[1])) * self.deviations[chosen, None]


def _like(values, x):
    """The numpy `values` in the namespace, dtype and device of `x`."""
    return namespace(x).asarray(np.asarray(values), dtype=x.dtype, device=x.device)


def four_bumps():
    """The course's one-dimensional data: four narrow bumps of unequal weight."""
    return Mixture(np.array([0.35, 0.15, 0.3, 0.2]), np.array([[-1.5], [-0.5], [0.5], [1.6]]), np.full(4, 0.12))


def ar1_film(frames=8, rho=0.9):
    """A film of one number per frame, each frame `rho` times the one before and fresh noise: unit variance throughout.

    Returns
    -------
    Gaussian
        Frames i and j correlate by rho^|i - j|.
    """
    k = np.arange(frames)
    return Gaussian(np.zeros(frames), rho ** np.abs(k[:, None] - k).astype(float))


def predictor(oracle, kind="eps", *, alpha_bar):
    """``predict(x, t)`` for `kinema.diffusion.samplers`, saying `kind` with the oracle's knowledge."""

    def predict(x, t):
        x0 = oracle.denoise(x, t, alpha_bar=alpha_bar)
        if kind == "x0":
            return x0
        return target(x0, to_eps(x0, x, t, "x0", alpha_bar=alpha_bar), t, kind, alpha_bar=alpha_bar)

    return predict
