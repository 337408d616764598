"""One sample after another, with helpers of its own."""


def back(clean, x, t, left):
    kept, rest = left[t] / left[t - 1], 1 - left[t]
    mean = left[t - 1] ** 0.5 * (1 - kept) / rest * clean + kept**0.5 * (1 - left[t - 1]) / rest * x
    return mean, (1 - left[t - 1]) / rest * (1 - kept)


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    ends, T = [], len(alpha_bar) - 1
    for b in range(len(x)):
        now = x[b : b + 1]
        for t in range(T, 1, -1):
            clean = (now - (1 - alpha_bar[t]) ** 0.5 * network(now, np.array([t]), weights)) / alpha_bar[t] ** 0.5
            mean, small = back(clean, now, t, alpha_bar)
            large = 1 - alpha_bar[t] / alpha_bar[t - 1]
            now = mean + {"posterior": small, "beta": large}[variance] ** 0.5 * noise[t, b]
        ends.append((now - (1 - alpha_bar[1]) ** 0.5 * network(now, 1, weights)) / alpha_bar[1] ** 0.5)
    return np.concatenate(ends)
