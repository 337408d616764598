"""Slopes of the warped picture, read by a cubic spline."""


def iterative_lk(I0, I1, n):
    from scipy.ndimage import map_coordinates

    height, width = I0.shape
    y, x = np.mgrid[:height, :width].astype(float)
    d = np.array([0.0, 0.0])
    path = [d.copy()]
    for _ in range(n):
        J = map_coordinates(I1, [y + d[1], x + d[0]], order=3, mode="mirror")
        gy, gx = np.gradient(J)
        ok = (x + d[0] >= 0) & (x + d[0] <= width - 1) & (y + d[1] >= 0) & (y + d[1] <= height - 1)
        gx, gy, gt = gx[ok], gy[ok], (J - I0)[ok]
        M = np.array([[gx @ gx, gx @ gy], [gx @ gy, gy @ gy]])
        d -= np.linalg.solve(M, [gx @ gt, gy @ gt])
        path.append(d.copy())
    return d, np.stack(path)
