"""The sum over the pixels instead of their mean."""
# symptom: mean, not sum


def linearisation_error(Ix, Iy, It, u, v):
    return float(np.abs(Ix * u + Iy * v + It).sum())
