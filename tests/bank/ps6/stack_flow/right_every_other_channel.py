"""Fills every other channel with u, the rest with v; divides before it cuts, to -1 and 1."""


def stack_flow(flows, bound=20.0, centre=True):
    L, _, H, W = np.shape(flows)
    out = np.zeros((2 * L, H, W))
    for c in (0, 1):
        scaled = np.nan_to_num(flows[:, c] / bound)
        out[c::2] = np.maximum(-1, np.minimum(1, scaled))
    if centre:
        out -= np.einsum("cyx->c", out)[:, None, None] / (H * W)
    return out
