"""Fits u and v, each by itself, to the normal flow of the pixels: about half of the motion."""
# symptom: was not found


def fit_affine(Ix, Iy, It, X, Y):
    square = Ix**2 + Iy**2 + 1e-12
    ones = np.stack([np.ones_like(X), X, Y], axis=-1).reshape(-1, 3)
    fit = lambda part: np.linalg.lstsq(ones, part.ravel(), rcond=None)[0]
    return np.concatenate([fit(-It * Ix / square), fit(-It * Iy / square)])
