"""The weights add up to 16."""
# symptom: add up to 1


def gaussian_pyramid(image, levels):
    from scipy.ndimage import convolve1d

    weights = np.array([1, 4, 6, 4, 1])
    pyramid = [image]
    for _ in range(levels - 1):
        blurred = convolve1d(convolve1d(pyramid[-1], weights, axis=0), weights, axis=1)
        pyramid.append(blurred[::2, ::2])
    return pyramid
