"""A loop over those who ask, and one over those who are asked."""


def non_local(x, Wt, Wp, Wg, Wo):
    _, T, H, W = x.shape
    everywhere = list(np.ndindex(T, H, W))
    z = np.array(x)
    for i in everywhere:
        asks = Wt @ x[:, i[0], i[1], i[2]]
        scores = [float(asks @ (Wp @ x[:, t, r, c])) / len(Wt) ** 0.5 for t, r, c in everywhere]
        top = max(scores)
        weights = [np.exp(s - top) for s in scores]
        heard = sum(w * (Wg @ x[:, t, r, c]) for w, (t, r, c) in zip(weights, everywhere))
        z[:, i[0], i[1], i[2]] += Wo @ (heard / sum(weights))
    return z
