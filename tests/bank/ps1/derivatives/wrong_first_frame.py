"""The slopes are those of the first frame."""
# symptom: second frame


def derivatives(I0, I1):
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    Iy, Ix = np.gradient(I0)
    return Ix, Iy, I1 - I0
