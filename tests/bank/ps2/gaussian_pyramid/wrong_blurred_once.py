"""Blurs the image once and keeps every second, fourth, eighth pixel of that."""
# symptom: blurred and sampled from the one before


def gaussian_pyramid(image, levels):
    from scipy.ndimage import convolve1d

    weights = np.array([1, 4, 6, 4, 1]) / 16
    pyramid = [image]
    for _ in range(levels - 1):
        step = 2 ** len(pyramid)
        blurred = convolve1d(convolve1d(image, weights, axis=0), weights, axis=1)
        pyramid.append(blurred[::step, ::step])
    return pyramid
