"""Bytes become floats but keep their 0 to 255."""
# symptom: divided by 255


def derivatives(I0, I1):
    I0, I1 = I0.astype(float), I1.astype(float)
    Iy, Ix = np.gradient(I1)
    return Ix, Iy, I1 - I0
