"""Cuts scores off where the exponential would overflow."""
# symptom: cut nothing off


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(np.clip(scores, -700, 700))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ found
