"""Each channel as a row of pixels, centred by a matrix."""


def stack_flow(flows, bound=20.0, centre=True):
    H, W = flows.shape[2:]
    rows = np.where(flows == flows, flows, 0.0).reshape(-1, H * W)
    rows = np.where(np.abs(rows) > bound, np.sign(rows), rows / bound)
    if centre:
        rows = rows @ (np.eye(H * W) - 1 / (H * W))
    return rows.reshape(-1, H, W)
