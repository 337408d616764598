"""Mean slopes, a margin left out, and bilinear reading by hand."""


def iterative_lk(I0, I1, n):
    height, width = I0.shape

    def read(u, v):
        a, b = int(np.floor(u)), int(np.floor(v))
        s, t = u - a, v - b
        wide = np.pad(I1, 12, constant_values=np.nan)
        cut = lambda dy, dx: wide[12 + dy : 12 + dy + height, 12 + dx : 12 + dx + width]
        parts = [((1 - s) * (1 - t), 0, 0), (s * (1 - t), 0, 1), ((1 - s) * t, 1, 0), (s * t, 1, 1)]
        return sum(w * cut(b + j, a + i) for w, j, i in parts if w > 0)

    history = np.zeros((n + 1, 2))
    for k in range(n):
        J = read(*history[k])
        mean = (I0 + J) / 2
        gx, gy = np.gradient(mean, axis=1), np.gradient(mean, axis=0)
        left = I0 - J
        ok = np.isfinite(gx + gy + left)
        ok[:2], ok[-2:], ok[:, :2], ok[:, -2:] = False, False, False, False
        a, b, c = (gx[ok] ** 2).sum(), (gx * gy)[ok].sum(), (gy[ok] ** 2).sum()
        p, q = (gx * left)[ok].sum(), (gy * left)[ok].sum()
        history[k + 1] = history[k] + np.array([c * p - b * q, a * q - b * p]) / (a * c - b * b)
    return history[n].copy(), history
