"""A convolution as in mathematics: the kernel is turned round."""
# symptom: the kernel was turned round


def conv3d(x, w, b, padding=(0, 0, 0)):
    padded = np.pad(np.asarray(x, float), [(0, 0), *((p, p) for p in padding)])
    O, C, kt, ky, kx = w.shape
    T, H, W = (n - k + 1 for n, k in zip(padded.shape[1:], (kt, ky, kx)))
    y = np.zeros((O, T, H, W)) + np.reshape(b, (O, 1, 1, 1))
    for a, p, q in np.ndindex(kt, ky, kx):
        y += np.einsum("oc,cthw->othw", w[:, :, -1 - a, -1 - p, -1 - q], padded[:, a : a + T, p : p + H, q : q + W])
    return y
