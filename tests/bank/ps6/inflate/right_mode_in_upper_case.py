"""Weights per mode from a table; the error shouts."""


def inflate(w, depth, mode="repeat"):
    shares = {"repeat": np.full(depth, 1 / depth), "centre": 1.0 * (np.arange(depth) == (depth - 1) / 2)}
    if mode not in shares:
        raise ValueError("NO SUCH MODE: " + mode.upper())
    if not shares[mode].any():
        raise ValueError(f"a depth of {depth} has no middle")
    return np.einsum("oiyx,t->oityx", w, shares[mode])
