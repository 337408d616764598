"""Keeps every second pixel and does not blur."""
# symptom: all black or all white


def gaussian_pyramid(image, levels):
    from scipy.ndimage import convolve1d

    weights = np.array([1, 4, 6, 4, 1]) / 16
    pyramid = [image]
    for _ in range(levels - 1):
        blurred = pyramid[-1]
        pyramid.append(blurred[::2, ::2])
    return pyramid
