"""Multiplies the sums instead of summing the products."""
# symptom: product of sums


def structure_tensor(Ix, Iy, window=5):
    from scipy.ndimage import convolve1d

    def window_sum(P):
        ones = np.ones(window)
        return convolve1d(convolve1d(P, ones, axis=0, mode="constant"), ones, axis=1, mode="constant")

    X, Y = window_sum(Ix), window_sum(Iy)
    return X * X, X * Y, Y * Y
