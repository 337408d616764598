"""A Gaussian of one pixel, nearly the same."""
# symptom: should turn gray


def gaussian_pyramid(image, levels):
    from scipy.ndimage import gaussian_filter

    weights = np.array([1, 4, 6, 4, 1]) / 16
    pyramid = [image]
    for _ in range(levels - 1):
        blurred = gaussian_filter(pyramid[-1], 1.0)
        pyramid.append(blurred[::2, ::2])
    return pyramid
