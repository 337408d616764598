"""Calls everything below a fixed slope flat."""
# symptom: cut off


def normal_flow(Ix, Iy, It):
    squared = Ix**2 + Iy**2
    steps = np.divide(-It, squared, out=np.zeros_like(It), where=squared > 1e-6)
    return np.stack([steps * Ix, steps * Iy])
