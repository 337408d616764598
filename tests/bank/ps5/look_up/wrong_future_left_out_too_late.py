"""Sees whether there is a moment to ask, and only then leaves out the future."""
# symptom: nobody to ask


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if not asked.any():
        return short
    if causal:
        asked = asked & (times <= t)
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ found
