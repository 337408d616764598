"""The slopes are those of the mean of both frames, a good idea that was not asked for."""
# symptom: second frame


def derivatives(I0, I1):
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    Iy, Ix = np.gradient((I0 + I1) / 2)
    return Ix, Iy, I1 - I0
