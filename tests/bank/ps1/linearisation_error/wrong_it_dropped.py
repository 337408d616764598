"""It is left out."""
# symptom: explains every pixel


def linearisation_error(Ix, Iy, It, u, v):
    return float(np.mean(np.abs(Ix * u + Iy * v)))
