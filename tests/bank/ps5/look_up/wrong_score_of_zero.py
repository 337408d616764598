"""Those not asked have the score 0 while the largest one is sought, and no weight after that."""
# symptom: before you look for the largest score


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    scores = short @ bank.T / np.sqrt(bank.shape[1])
    scores = np.where(asked, scores, 0)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True)) * asked
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ bank
