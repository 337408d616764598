"""The running product of the betas themselves."""
# symptom: the first step leaves 1 - first


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.linspace(first, last, T)
    return np.concatenate([[1.0], np.cumprod(betas)])
