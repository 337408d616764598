"""np.roll makes the last column the first one's neighbour."""
# symptom: border is wrong


def derivatives(I0, I1):
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    Ix = (np.roll(I1, -1, axis=1) - np.roll(I1, 1, axis=1)) / 2
    Iy = (np.roll(I1, -1, axis=0) - np.roll(I1, 1, axis=0)) / 2
    return Ix, Iy, I1 - I0
