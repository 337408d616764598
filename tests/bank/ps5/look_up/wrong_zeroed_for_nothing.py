"""Where there is nothing to ask, returns the array that it was given, with zeros in it."""
# symptom: changed what it was given


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        short[:] = 0
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ found
