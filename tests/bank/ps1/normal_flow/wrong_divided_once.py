"""Divides by the gradient's length once: speed is in brightness."""
# symptom: contrast


def normal_flow(Ix, Iy, It):
    squared = np.hypot(Ix, Iy)
    steps = np.divide(-It, squared, out=np.zeros_like(It), where=squared > 0)
    return np.stack([steps * Ix, steps * Iy])
