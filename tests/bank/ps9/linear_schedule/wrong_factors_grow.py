"""Each beta is the same multiple of the one before."""
# symptom: it is the betas that grow evenly


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.geomspace(first, last, T)
    return np.concatenate([[1.0], np.cumprod(1 - betas)])
