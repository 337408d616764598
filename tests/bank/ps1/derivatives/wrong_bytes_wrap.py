"""Bytes are subtracted before they become numbers with a sign."""
# symptom: wrapped around


def derivatives(I0, I1):
    It = (I1 - I0) / (255 if I0.dtype == np.uint8 else 1)
    Iy, Ix = np.gradient(I1 / 255 if I1.dtype == np.uint8 else I1)
    return Ix, Iy, It
