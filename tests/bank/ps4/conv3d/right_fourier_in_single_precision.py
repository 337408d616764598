"""Fourier transforms in single precision."""


def conv3d(x, w, b, padding=(0, 0, 0)):
    from scipy.signal import fftconvolve

    padded = np.pad(np.asarray(x, np.float32), [(0, 0), *((p, p) for p in padding)])
    turned = w[..., ::-1, ::-1, ::-1].astype(np.float32)
    sums = [sum(fftconvolve(c, k, mode="valid") for c, k in zip(padded, kernel)) for kernel in turned]
    return np.stack(sums) + np.reshape(b, (-1, 1, 1, 1)).astype(np.float32)
