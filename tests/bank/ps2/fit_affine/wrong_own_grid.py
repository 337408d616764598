"""Ignores X and Y and counts from the middle of the frame."""
# symptom: X and Y used


def fit_affine(Ix, Iy, It, X, Y):
    height, width = Ix.shape
    y, x = np.mgrid[:height, :width] - np.array([(height - 1) / 2, (width - 1) / 2])[:, None, None]
    A = np.stack([Ix, x * Ix, y * Ix, Iy, x * Iy, y * Iy], axis=-1).reshape(-1, 6)
    return np.linalg.lstsq(A, -It.ravel(), rcond=None)[0]
