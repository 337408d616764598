"""An outer product of the filter with weights over time."""


def inflate(w, depth, mode="repeat"):
    if mode not in ("repeat", "centre"):
        raise ValueError(mode)
    if mode == "centre" and depth % 2 == 0:
        raise ValueError("even depth")
    share = np.full(depth, 1 / depth) if mode == "repeat" else (np.arange(depth) == depth // 2) * 1.0
    return np.einsum("oiyx,t->oityx", w, share)
