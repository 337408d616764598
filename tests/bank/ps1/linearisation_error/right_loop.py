"""A loop that adds up and divides."""


def linearisation_error(Ix, Iy, It, u, v):
    U, V = np.broadcast_to(u, Ix.shape), np.broadcast_to(v, Ix.shape)
    total = 0.0
    for k in np.ndindex(*Ix.shape):
        total += abs(Ix[k] * U[k] + Iy[k] * V[k] + It[k])
    return total / Ix.size
