"""Right, but leaves the times of the bank sorted and its vectors not."""
# symptom: changed what it was given


def look_up(short, bank, times, t, window, causal=False):
    bank = bank[np.argsort(times)]
    times.sort()
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ found
