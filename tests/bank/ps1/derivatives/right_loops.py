"""Plain loops over pixels."""


def derivatives(I0, I1):
    if I0.dtype == np.uint8:
        I0 = I0.astype(float) / 255
        I1 = I1.astype(float) / 255
    height, width = I1.shape
    Ix, Iy, It = np.empty((3, height, width))
    for y in range(height):
        for x in range(width):
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            up, down = max(y - 1, 0), min(y + 1, height - 1)
            Ix[y, x] = (I1[y, right] - I1[y, left]) / (right - left)
            Iy[y, x] = (I1[down, x] - I1[up, x]) / (down - up)
            It[y, x] = I1[y, x] - I0[y, x]
    return Ix, Iy, It
