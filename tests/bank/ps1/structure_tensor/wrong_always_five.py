"""The window is always 5, whatever is asked."""
# symptom: argument used


def structure_tensor(Ix, Iy, window=5):
    from scipy.ndimage import convolve1d

    def window_sum(P):
        ones = np.ones(5)
        return convolve1d(convolve1d(P, ones, axis=0, mode="constant"), ones, axis=1, mode="constant")

    return window_sum(Ix * Ix), window_sum(Ix * Iy), window_sum(Iy * Iy)
