"""Returns what was found alone."""
# symptom: should be *added*


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ found
