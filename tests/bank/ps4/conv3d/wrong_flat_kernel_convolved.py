"""Kernels of one frame are handed to scipy's 2D convolution, which turns them round."""
# symptom: what a 2D convolution gives


def conv3d(x, w, b, padding=(0, 0, 0)):
    padded = np.pad(np.asarray(x, float), [(0, 0), *((p, p) for p in padding)])
    O, C, kt, ky, kx = w.shape
    if kt == 1:
        from scipy.signal import convolve2d

        flat = [[sum(convolve2d(f, k[0], "valid") for f, k in zip(frame, v)) for frame in padded.swapaxes(0, 1)] for v in w]
        return np.array(flat) + np.reshape(b, (O, 1, 1, 1))
    T, H, W = (n - k + 1 for n, k in zip(padded.shape[1:], (kt, ky, kx)))
    y = np.zeros((O, T, H, W)) + np.reshape(b, (O, 1, 1, 1))
    for a, p, q in np.ndindex(kt, ky, kx):
        y += np.einsum("oc,cthw->othw", w[:, :, a, p, q], padded[:, a : a + T, p : p + H, q : q + W])
    return y
