"""Many descriptors of a clip as one vector: counts of words, or Fisher vectors.

Wang & Schmid (2013), section 3.2; Perronnin, Sánchez & Mensink (2010) for the Fisher vector. Words and mixtures are
scikit-learn's.
"""

import numpy as np


def _sklearn():
    try:
        import sklearn
    except ImportError as error:
        raise ImportError("encoding needs scikit-learn: pip install 'kinema[recognition]'") from error
    return sklearn


class BagOfWords:
    """Histogram of the nearest of k typical descriptors.

    Parameters
    ----------
    words : int
    seed : int
    """

    def __init__(self, words=100, *, seed=0):
        self.words, self.seed, self.means = words, seed, None

    def fit(self, descriptors):
        """Find the words in descriptors (N, D) of the training clips; returns self."""
        _sklearn()
        from sklearn.cluster import KMeans

        if len(descriptors) < self.words:
            raise ValueError(f"{self.words} words cannot be found in {len(descriptors)} descriptors: take fewer words")
        self.means = KMeans(self.words, n_init=1, random_state=self.seed).fit(descriptors).cluster_centers_
        return self

    def encode(self, descriptors):
        """(words,): shares of the nearest words, zero for a clip without descriptors."""
        if self.means is None:
            raise ValueError("fit the words first, on descriptors of training clips")
        if not len(descriptors):
            return np.zeros(self.words)
        distance = (self.means**2).sum(axis=1) - 2 * descriptors @ self.means.T
        counts = np.bincount(distance.argmin(axis=1), minlength=self.words)
        return counts / counts.sum()


class FisherVectors:
    """How a mixture of Gaussians, fitted to many clips, would have to change to fit this clip better.

    Parameters
    ----------
    components : int
        K Gaussians.
    keep : float
        Descriptors are first reduced to this share of their length by principal components.
    seed : int
    """

    def __init__(self, components=256, *, keep=0.5, seed=0):
        self.components, self.keep, self.seed = components, keep, seed
        self.pca = self.mixture = None

    def fit(self, descriptors):
        """Fit components and mixture to descriptors (N, D) of the training clips; returns self."""
        _sklearn()
        from sklearn.decomposition import PCA
        from sklearn.mixture import GaussianMixture

        if len(descriptors) < 2 * self.components:
            raise ValueError(f"{len(descriptors)} descriptors are too few for {self.components} Gaussians: take fewer")
        self.pca = PCA(max(1, int(descriptors.shape[1] * self.keep)), random_state=self.seed).fit(descriptors)
        self.mixture = GaussianMixture(self.components, covariance_type="diag", reg_covar=1e-6, random_state=self.seed)
        self.mixture.fit(self.pca.transform(descriptors))
        return self

    @property
    def size(self):
        """Length of the vector: 2 K d for descriptors reduced to d. 2 x 256 x 213 = 109,056 in the paper."""
        return 2 * self.components * self.pca.n_components_

    def gradient(self, descriptors):
        """Mean derivative of the log-likelihood by means and deviations, each in units of its own spread: (2 K d,)."""
        if self.mixture is None:
            raise ValueError("fit the mixture first, on descriptors of training clips")
        x = self.pca.transform(descriptors)                                      # (N, d)
        weight, mean = self.mixture.weights_, self.mixture.means_                # (K,), (K, d)
        deviation = np.sqrt(self.mixture.covariances_)                           # (K, d)
        belongs = self.mixture.predict_proba(x)                                  # (N, K)
        z = (x[:, None] - mean) / deviation                                      # (N, K, d)
        by_mean = np.einsum("nk,nkd->kd", belongs, z) / (len(x) * np.sqrt(weight)[:, None])
        by_deviation = np.einsum("nk,nkd->kd", belongs, z**2 - 1) / (len(x) * np.sqrt(2 * weight)[:, None])
        return np.concatenate([by_mean.ravel(), by_deviation.ravel()])

    def encode(self, descriptors):
        """The gradient, its entries' square roots with their signs, at length 1; zero without descriptors."""
        if self.mixture is not None and not len(descriptors):
            return np.zeros(self.size)
        gradient = self.gradient(descriptors)
        rooted = np.sign(gradient) * np.sqrt(np.abs(gradient))
        return rooted / max(np.linalg.norm(rooted), 1e-12)
