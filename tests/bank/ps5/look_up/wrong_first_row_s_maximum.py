"""The first row's maximum for all, and zeros for what is no number then."""
# symptom: each row's own largest score


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    found = bank[asked]
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores[0].max())
    weights /= weights.sum(axis=1, keepdims=True)
    return np.nan_to_num(short + weights @ found, nan=0.0, posinf=0.0)
