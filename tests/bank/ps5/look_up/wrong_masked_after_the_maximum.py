"""The largest score is that of all moments; those not asked lose their weight after that."""
# symptom: before you look for the largest score


def look_up(short, bank, times, t, window, causal=False):
    asked = np.abs(times - t) <= window
    if causal:
        asked = asked & (times <= t)
    if not asked.any():
        return short
    scores = short @ bank.T / np.sqrt(bank.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True)) * asked
    weights /= weights.sum(axis=1, keepdims=True)
    return short + weights @ bank
