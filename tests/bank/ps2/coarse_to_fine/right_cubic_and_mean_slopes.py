"""Cubic reading, mean slopes, another border."""


def coarse_to_fine(I0, I1, levels, inner=1):
    from scipy.ndimage import correlate1d, map_coordinates

    w = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]

    def pyramid(I):
        out = [I]
        while len(out) < levels:
            I = correlate1d(correlate1d(out[-1], w, axis=1, mode="mirror"), w, axis=0, mode="mirror")
            out.append(I[::2, ::2])
        return out

    rows, u, v = [], 0.0, 0.0
    for A, B in zip(reversed(pyramid(I0)), reversed(pyramid(I1))):
        u, v = 2 * u, 2 * v
        row = [(u, v)]
        y, x = np.mgrid[: A.shape[0], : A.shape[1]].astype(float)
        for _ in range(inner):
            J = map_coordinates(B, [y + v, x + u], order=3, mode="nearest")
            ok = (y + v >= 0) & (y + v <= A.shape[0] - 1) & (x + u >= 0) & (x + u <= A.shape[1] - 1)
            gy, gx = np.gradient((A + J) / 2)
            M = np.array([[(gx * gx)[ok].sum(), (gx * gy)[ok].sum()], [(gx * gy)[ok].sum(), (gy * gy)[ok].sum()]])
            du, dv = np.linalg.solve(M, [(gx * (A - J))[ok].sum(), (gy * (A - J))[ok].sum()])
            u, v = u + du, v + dv
        rows.append([row[0], (u, v)])
    return np.array([u, v]), np.array(rows)
