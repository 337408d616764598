"""The median, which forgives large errors."""
# symptom: mean of absolute values


def linearisation_error(Ix, Iy, It, u, v):
    return float(np.median(np.abs(Ix * u + Iy * v + It)))
