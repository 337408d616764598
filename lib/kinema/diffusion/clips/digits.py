"""Two handwritten digits that glide and bounce through one another. After Srivastava, Mansimov & Salakhutdinov (2015).

The digits are scikit-learn's, 1,797 of 8 x 8 pixels (Alpaydin & Kaynak, 1998), which come with that package; no file is
fetched.
"""

import numpy as np

from kinema.checks import check_count
from kinema.diffusion.clips.shapes import bounced


def handwritten():
    """(pictures (1797, 8, 8) in [0, 1], their digits (1797,)); ImportError naming the remedy without scikit-learn."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("the handwritten digits come with scikit-learn: pip install 'kinema[recognition]'") from error
    digits = load_digits()
    return (digits.images / 16).astype(np.float32), digits.target


def paste(picture, x, y, size):
    """`picture`, enlarged with its left upper corner at (x, y), on a black frame of `size`; bilinear, pixels.

    Its side is 7/16 of the frame's.
    """
    scale = size * 7 / 16 / picture.shape[0]
    pixels = np.arange(size) + 0.5

    def weights(start):  # (size, 8): hat functions around the picture's own pixel centres
        return np.maximum(0, 1 - np.abs((pixels[:, None] - start) / scale - (np.arange(picture.shape[0]) + 0.5)))

    return weights(y) @ picture @ weights(x).T


class MovingDigits:
    """Films of moving digits, each the same whenever it is asked for.

    Parameters
    ----------
    count : int
        Films.
    size : int
        Side of the frames, pixels; at least 16.
    digits : int
        In each film.
    seed : int
        Another seed shares no film with this one.
    """

    channels = 1
    vocabulary = ()

    def __init__(self, count, *, size=32, digits=2, seed=0):
        if check_count(size, "size") < 16:
            raise ValueError(f"size must be at least 16 pixels, or the digits cannot be read; got {size}")
        self.count, self.size, self.digits, self.seed = check_count(count, "count"), size, check_count(digits, "digits"), seed
        self.pictures, self.labels = handwritten()

    def __len__(self):
        return self.count

    def frames(self, i, times):
        """Frames `times` of film `i`, float32 (F, size, size, 1) in [0, 1]."""
        if not 0 <= i < self.count:
            raise IndexError(i)
        rng = np.random.default_rng((self.seed, 13, i))
        high = self.size * (1 - 7 / 16)
        frames = np.zeros((len(times), self.size, self.size))
        for _ in range(self.digits):
            picture = self.pictures[rng.integers(len(self.pictures))]
            start, angle = rng.uniform(0, high, 2), rng.uniform(0, 2 * np.pi)
            step = rng.uniform(0.8, 2.0) * self.size / 32 * np.array([np.cos(angle), np.sin(angle)])
            track = np.stack([bounced(start[k], step[k], times, 0, high) for k in (0, 1)], axis=-1)
            frames = np.maximum(frames, np.stack([paste(picture, x, y, self.size) for x, y in track]))
        return np.clip(frames, 0, 1)[..., None].astype(np.float32)
