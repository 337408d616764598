"""numpy's least squares and the gradient of the second frame."""


def lucas_kanade(I0, I1, points, window=5, min_eigenvalue=1e-4):
    gy, gx = np.gradient(I1)
    r, flows, good = window // 2, [], []
    for x, y in points:
        x, y = int(x), int(y)
        rows, columns = slice(max(0, y - r), y + r + 1), slice(max(0, x - r), x + r + 1)
        A = np.column_stack([gx[rows, columns].flatten(), gy[rows, columns].flatten()])
        b = (I0 - I1)[rows, columns].flatten()
        d, _, _, s = np.linalg.lstsq(A, b, rcond=None)
        fine = s[1] ** 2 / len(b) >= min_eigenvalue
        flows.append(d if fine else np.zeros(2))
        good.append(fine)
    return np.array(flows), np.array(good)
