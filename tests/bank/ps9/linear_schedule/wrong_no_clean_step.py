"""T + 1 betas in place of a clean start."""
# symptom: of which all is left


def linear_schedule(T, first=1e-4, last=0.02):
    return np.cumprod(1 - np.linspace(first, last, T + 1))
