"""All candidate patches at once through sliding windows."""


def match_pixel(I0, I1, point, radius, patch=1):
    x, y = point
    h = patch // 2
    patches0 = np.lib.stride_tricks.sliding_window_view(I0, (patch, patch))
    patches1 = np.lib.stride_tricks.sliding_window_view(I1, (patch, patch))
    cost = ((patches1 - patches0[y - h, x - h]) ** 2).sum(axis=(2, 3))
    rows, columns = np.indices(cost.shape)
    v, u = rows + h - y, columns + h - x
    near = (abs(u) <= radius) & (abs(v) <= radius)
    tied = near & (cost <= cost[near].min() + 1e-12)
    order = np.argmin((u**2 + v**2)[tied])
    return np.array([u[tied][order], v[tied][order], tied.sum()])
