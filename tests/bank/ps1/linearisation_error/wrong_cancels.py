"""The absolute value is taken of the mean, so errors of both signs cancel."""
# symptom: cancelled


def linearisation_error(Ix, Iy, It, u, v):
    return float(abs(np.mean(Ix * u + Iy * v + It)))
