"""Slow frame i holds every T-th fast frame from i on."""
# symptom: should hold fast frames


def time_to_channel(fast, alpha):
    C, frames, H, W = fast.shape
    T = frames // alpha
    out = np.zeros((alpha * C, T, H, W))
    for c in range(C):
        for k in range(alpha):
            out[alpha * c + k] = fast[c, k * T : (k + 1) * T]
    return out
