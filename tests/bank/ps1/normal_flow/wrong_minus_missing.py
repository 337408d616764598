"""The minus is missing."""
# symptom: points backwards


def normal_flow(Ix, Iy, It):
    squared = Ix**2 + Iy**2
    steps = np.divide(It, squared, out=np.zeros_like(It), where=squared > 0)
    return np.stack([steps * Ix, steps * Iy])
