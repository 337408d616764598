"""Each place asks those of its own frame."""
# symptom: the last frame heard nothing of it


def non_local(x, Wt, Wp, Wg, Wo):
    C, T, H, W = x.shape
    out = x.copy()
    for t in range(T):
        places = x[:, t].reshape(C, -1)
        scores = (Wt @ places).T @ (Wp @ places) / np.sqrt(len(Wt))
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        out[:, t] += (Wo @ Wg @ places @ weights.T).reshape(C, H, W)
    return out
