"""Divides by T - 1, also where that is 0."""
# symptom: divide by T - 1


def linear_schedule(T, first=1e-4, last=0.02):
    betas = first + (last - first) * np.arange(T) / (T - 1)
    return np.concatenate([[1.0], np.cumprod(1 - betas)])
