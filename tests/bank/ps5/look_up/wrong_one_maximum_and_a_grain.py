"""One maximum for all rows, and a grain in the denominator against 0/0."""
# symptom: each row's own largest score


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max())
    weights /= weights.sum(axis=1, keepdims=True) + 1e-12
    return short + weights @ found
