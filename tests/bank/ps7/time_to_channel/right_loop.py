"""Number by number."""


def time_to_channel(fast, alpha):
    C, frames, H, W = np.shape(fast)
    out = np.empty((alpha * C, frames // alpha, H, W))
    for c in range(C):
        for n in range(frames):
            out[alpha * c + n % alpha, n // alpha] = fast[c][n]
    return out
