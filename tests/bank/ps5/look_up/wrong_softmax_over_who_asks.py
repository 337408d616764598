"""The softmax runs over the asking vectors."""
# symptom: for each asking vector alone


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max(axis=0))
    weights /= weights.sum(axis=0)
    return short + weights @ found
