"""The window reaches one pixel further to the left and up than to the right and down."""
# symptom: not centred


def structure_tensor(Ix, Iy, window=5):
    from scipy.ndimage import convolve1d

    def window_sum(P):
        ones = np.ones(window)
        return convolve1d(convolve1d(P, ones, axis=0, mode="constant", origin=1), ones, axis=1, mode="constant", origin=1)

    return window_sum(Ix * Ix), window_sum(Ix * Iy), window_sum(Iy * Iy)
