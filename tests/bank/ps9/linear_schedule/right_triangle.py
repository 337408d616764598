"""All products at once, each of a row of a triangle."""


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.append(0.0, np.linspace(first, last, T))
    return np.prod(np.where(np.tri(T + 1, dtype=bool), 1 - betas, 1.0), axis=1)
