"""Adds a small number to the denominator to be safe, which freezes faint texture."""
# symptom: denominator


def normal_flow(Ix, Iy, It):
    return -It * np.stack([Ix, Iy]) / (Ix**2 + Iy**2 + 1e-12)
