"""np.roll: what leaves on one side comes back on the other."""
# symptom: nothing wraps around


def cost_volume(f1, f2, d):
    f1, f2 = f1.astype(float), f2.astype(float)
    span = range(-d, d + 1)
    return np.stack([(f1 * np.roll(f2, (-dy, -dx), axis=(1, 2))).mean(axis=0) for dy in span for dx in span])
