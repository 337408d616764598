"""The border is left at zero."""
# symptom: border is wrong


def derivatives(I0, I1):
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    Ix, Iy = np.zeros_like(I1), np.zeros_like(I1)
    Ix[:, 1:-1] = (I1[:, 2:] - I1[:, :-2]) / 2
    Iy[1:-1] = (I1[2:] - I1[:-2]) / 2
    return Ix, Iy, I1 - I0
