"""Counts the inliers: within 3 px or within 5 %."""


def fl_all(flow, truth, valid=None):
    fine = total = 0
    for f, t, k in zip(
        flow.reshape(-1, *flow.shape[-3:]),
        truth.reshape(-1, *truth.shape[-3:]),
        [None] * truth[..., 0, 0, 0].size if valid is None else valid.reshape(-1, *valid.shape[-2:]),
    ):
        known = ~np.isnan(t[0] + t[1])
        known = known if k is None else known & k
        f, t = f[:, known], t[:, known]
        error, speed = np.linalg.norm(f - t, axis=0), np.linalg.norm(t, axis=0)
        fine += np.count_nonzero((error <= 3) | (error <= 0.05 * speed))
        total += known.sum()
    return 100.0 - 100.0 * fine / total if total else np.nan
