"""It is the first frame minus the second."""
# symptom: wrong sign


def derivatives(I0, I1):
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    Iy, Ix = np.gradient(I1)
    return Ix, Iy, I0 - I1
