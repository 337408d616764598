"""Divided by the slope: a distance in pixels, not what is left of the equation."""
# symptom: divided by the slope


def linearisation_error(Ix, Iy, It, u, v):
    return float(np.mean(np.abs(Ix * u + Iy * v + It) / np.hypot(Ix, Iy)))
