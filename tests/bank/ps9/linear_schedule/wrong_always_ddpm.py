"""The betas of the paper, whatever is asked for."""
# symptom: the first step leaves 1 - first


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.linspace(1e-4, 0.02, T)
    return np.concatenate([[1.0], np.cumprod(1 - betas)])
