"""Forward differences measure the slope half a pixel to the right."""
# symptom: pixel itself


def derivatives(I0, I1):
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    Ix = np.diff(I1, axis=1)
    Iy = np.diff(I1, axis=0)
    Ix = np.concatenate([Ix, Ix[:, -1:]], axis=1)
    Iy = np.concatenate([Iy, Iy[-1:]], axis=0)
    return Ix, Iy, I1 - I0
