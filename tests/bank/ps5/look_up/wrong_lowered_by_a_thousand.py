"""Lowers by 1,000 the scores of those not asked, which may still be the largest."""
# symptom: 1,000 are too few


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    scores = short @ bank.T / np.sqrt(bank.shape[1])
    scores = np.where(asked, scores, scores - 1000)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ bank
