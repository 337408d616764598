"""One scalar product a pixel, returned as a zero-dimensional array."""


def linearisation_error(Ix, Iy, It, u, v):
    gradient = np.stack([Ix, Iy, It])
    motion = np.stack([np.broadcast_to(m, Ix.shape) for m in (u, v, 1.0)])
    return np.linalg.norm(np.einsum("cyx,cyx->yx", gradient, motion).ravel(), ord=1) / np.asarray(Ix.size)
