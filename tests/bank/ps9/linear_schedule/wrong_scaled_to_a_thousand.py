"""Betas scaled so that few steps do the work of a thousand, as some code does."""
# symptom: the first step leaves 1 - first


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.minimum(np.linspace(first, last, T) * 1000 / T, 0.999)
    return np.concatenate([[1.0], np.cumprod(1 - betas)])
