"""Flat pixels get -It as their motion."""
# symptom: should be zero


def normal_flow(Ix, Iy, It):
    squared = Ix**2 + Iy**2
    safe = np.where(squared > 0, squared, 1.0)
    n = -It * np.stack([Ix, Iy]) / safe
    return np.where(squared > 0, n, np.stack([-It, 0 * It]))
