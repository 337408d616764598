"""Even steps that never arrive at `last`."""
# symptom: end at `last` itself


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.linspace(first, last, T, endpoint=False)
    return np.concatenate([[1.0], np.cumprod(1 - betas)])
