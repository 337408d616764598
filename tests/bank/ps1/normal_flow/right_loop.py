"""Loops, with the two divisions written one after the other."""


def normal_flow(Ix, Iy, It):
    n = np.zeros((2, *Ix.shape))
    for k in np.ndindex(*Ix.shape):
        length = (Ix[k] ** 2 + Iy[k] ** 2) ** 0.5
        if length == 0:
            continue
        distance = -It[k] / length
        n[0][k], n[1][k] = distance * Ix[k] / length, distance * Iy[k] / length
    return n
