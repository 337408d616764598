"""The bias is added once for every tap."""
# symptom: once for every tap


def conv3d(x, w, b, padding=(0, 0, 0)):
    padded = np.pad(np.asarray(x, float), [(0, 0), *((p, p) for p in padding)])
    O, C, kt, ky, kx = w.shape
    T, H, W = (n - k + 1 for n, k in zip(padded.shape[1:], (kt, ky, kx)))
    y = np.zeros((O, T, H, W))
    for a, p, q in np.ndindex(kt, ky, kx):
        y += np.reshape(b, (O, 1, 1, 1)) + np.einsum("oc,cthw->othw", w[:, :, a, p, q], padded[:, a : a + T, p : p + H, q : q + W])
    return y
