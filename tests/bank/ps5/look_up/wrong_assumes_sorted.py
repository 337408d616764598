"""Looks for the limits by bisection, as if times were sorted; only the causal look-up compares times."""
# symptom: the bank in another order gave another answer


def look_up(short, bank, times, t, window, causal=False):
    if causal:
        found = bank[(times >= t - window) & (times <= t)]
    else:
        found = bank[np.searchsorted(times, t - window, "left") : np.searchsorted(times, t + window, "right")]
    if len(found) == 0:
        return short
    scores = short @ found.T / np.sqrt(found.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return short + weights @ found / weights.sum(axis=1, keepdims=True)
