"""Scores of minus infinity for all who are not asked, and a softmax of nothing else is nan."""
# symptom: nan came back


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    scores = np.where(asked, short @ bank.T / np.sqrt(bank.shape[1]), -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ bank
