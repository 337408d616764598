"""The largest error instead of the mean."""
# symptom: singled out


def linearisation_error(Ix, Iy, It, u, v):
    return float(np.abs(Ix * u + Iy * v + It).max())
