"""Returns the direction along the edge."""
# symptom: along the gradient


def normal_flow(Ix, Iy, It):
    squared = Ix**2 + Iy**2
    steps = np.divide(-It, squared, out=np.zeros_like(It), where=squared > 0)
    return np.stack([-steps * Iy, steps * Ix])
