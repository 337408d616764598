"""Asks the future where there is no past to ask."""
# symptom: nobody to ask


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if not asked.any():
        return short
    if causal and (asked & (times <= t)).any():
        asked = asked & (times <= t)
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ found
