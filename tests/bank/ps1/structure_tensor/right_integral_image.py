"""Running sums: four look-ups a window."""


def structure_tensor(Ix, Iy, window=5):
    r = window // 2

    def window_sum(P):
        S = np.pad(P, ((r + 1, r), (r + 1, r))).cumsum(0).cumsum(1)
        k = window
        return S[k:, k:] - S[:-k, k:] - S[k:, :-k] + S[:-k, :-k]

    return tuple(window_sum(P) for P in (Ix**2, Ix * Iy, Iy**2))
