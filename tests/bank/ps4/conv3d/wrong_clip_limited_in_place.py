"""Limits brightness to [0, 1], in the clip that it was given."""
# symptom: changed what it was given


def conv3d(x, w, b, padding=(0, 0, 0)):
    np.clip(x, 0, 1, out=x)
    padded = np.pad(np.asarray(x, float), [(0, 0), *((p, p) for p in padding)])
    O, C, kt, ky, kx = w.shape
    T, H, W = (n - k + 1 for n, k in zip(padded.shape[1:], (kt, ky, kx)))
    y = np.zeros((O, T, H, W)) + np.reshape(b, (O, 1, 1, 1))
    for a, p, q in np.ndindex(kt, ky, kx):
        y += np.einsum("oc,cthw->othw", w[:, :, a, p, q], padded[:, a : a + T, p : p + H, q : q + W])
    return y
