"""Euler's method in x / sqrt(alpha_bar), along the ratio of noise to signal."""


def ddim(x, steps, weights, alpha_bar):
    a = np.sqrt(alpha_bar)
    ratio = np.sqrt(1 - alpha_bar) / a
    y = x / a[steps[-1]]
    for t, s in zip(steps[::-1], steps[-2::-1]):
        y = y + (ratio[s] - ratio[t]) * network(a[t] * y, t, weights)
    return y * a[steps[0]]
