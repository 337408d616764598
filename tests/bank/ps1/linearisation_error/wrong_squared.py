"""The root of the mean square instead of the mean absolute value."""
# symptom: squared


def linearisation_error(Ix, Iy, It, u, v):
    return float(np.sqrt(np.mean((Ix * u + Iy * v + It) ** 2)))
