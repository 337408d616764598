"""Subtracts the betas one after another: shares of the start, not of what is left."""
# symptom: the last step takes


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.linspace(first, last, T)
    return 1 - np.concatenate([[0.0], np.cumsum(betas)])
