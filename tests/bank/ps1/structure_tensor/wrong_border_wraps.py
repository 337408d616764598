"""The border wraps around."""
# symptom: wrapped or mirrored


def structure_tensor(Ix, Iy, window=5):
    from scipy.ndimage import convolve1d

    def window_sum(P):
        ones = np.ones(window)
        return convolve1d(convolve1d(P, ones, axis=0, mode="wrap"), ones, axis=1, mode="wrap")

    return window_sum(Ix * Ix), window_sum(Ix * Iy), window_sum(Iy * Iy)
