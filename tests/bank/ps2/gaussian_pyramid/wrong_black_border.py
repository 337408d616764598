"""Beyond the border everything is black."""
# symptom: black beyond the border


def gaussian_pyramid(image, levels):
    from scipy.ndimage import convolve1d

    weights = np.array([1, 4, 6, 4, 1]) / 16
    pyramid = [image]
    for _ in range(levels - 1):
        blurred = convolve1d(convolve1d(pyramid[-1], weights, axis=0, mode="constant"), weights, axis=1, mode="constant")
        pyramid.append(blurred[::2, ::2])
    return pyramid
