"""Explicit loops with cut windows."""


def structure_tensor(Ix, Iy, window=5):
    r = window // 2
    J = np.zeros((3, *Ix.shape))
    for y in range(Ix.shape[0]):
        for x in range(Ix.shape[1]):
            cut = np.s_[max(0, y - r) : y + r + 1, max(0, x - r) : x + r + 1]
            gx, gy = Ix[cut], Iy[cut]
            J[:, y, x] = (gx * gx).sum(), (gx * gy).sum(), (gy * gy).sum()
    return J
