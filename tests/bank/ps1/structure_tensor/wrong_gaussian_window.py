"""A Gaussian window where a plain sum is asked for."""
# symptom: 25 times


def structure_tensor(Ix, Iy, window=5):
    from scipy.ndimage import convolve1d

    def window_sum(P):
        ones = np.exp(-0.5 * ((np.arange(window) - window // 2) / (window / 5)) ** 2)
        return convolve1d(convolve1d(P, ones, axis=0, mode="constant"), ones, axis=1, mode="constant")

    return window_sum(Ix * Ix), window_sum(Ix * Iy), window_sum(Iy * Iy)
