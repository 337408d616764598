"""Sorted by time first, then bisection and scipy's softmax."""


def look_up(short, bank, times, t, window, causal=False):
    from scipy.special import softmax

    order = np.argsort(times, kind="stable")
    later = np.asarray(times, float)[order] - t
    inside = order[np.searchsorted(later, -window, "left") : np.searchsorted(later, 0 if causal else window, "right")]
    found = np.take(bank, inside, axis=0)
    if not len(found):
        return np.copy(short)
    return np.add(short, np.einsum("sm,md->sd", softmax(np.inner(short, found) * found.shape[1] ** -0.5, axis=1), found))
