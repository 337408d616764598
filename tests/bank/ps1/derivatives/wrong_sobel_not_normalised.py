"""A Sobel filter as printed in books is eight times too large."""
# symptom: normalised


def derivatives(I0, I1):
    from scipy.ndimage import sobel

    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    return sobel(I1, axis=1), sobel(I1, axis=0), I1 - I0
