"""Squeezes all scores until the largest one fits into the exponential."""
# symptom: each row's own largest score


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores * min(1, 700 / np.abs(scores).max()))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ found
