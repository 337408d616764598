"""The answer has the type of the clip: for bytes, sums run over."""
# symptom: sums of bytes run over 255


def conv3d(x, w, b, padding=(0, 0, 0)):
    padded = np.pad(np.asarray(x, float), [(0, 0), *((p, p) for p in padding)])
    O, C, kt, ky, kx = w.shape
    T, H, W = (n - k + 1 for n, k in zip(padded.shape[1:], (kt, ky, kx)))
    y = np.zeros((O, T, H, W)) + np.reshape(b, (O, 1, 1, 1))
    for a, p, q in np.ndindex(kt, ky, kx):
        y += np.einsum("oc,cthw->othw", w[:, :, a, p, q], padded[:, a : a + T, p : p + H, q : q + W])
    return y.astype(np.int64).astype(x.dtype) if x.dtype.kind in "iu" else y
