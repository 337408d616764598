"""np.gradient returns rows first; the names were read the other way."""
# symptom: row direction first


def derivatives(I0, I1):
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    Ix, Iy = np.gradient(I1)
    return Ix, Iy, I1 - I0
