"""Keeps as much of the noise found as leaves room for the fresh."""


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    fresh = np.array(noise)
    fresh[:2] = 0
    for t in range(len(alpha_bar) - 1, 0, -1):
        eps = network(x, t, weights)
        clean = (x - np.sqrt(1 - alpha_bar[t]) * eps) / np.sqrt(alpha_bar[t])
        beta = 1 - alpha_bar[t] / alpha_bar[t - 1]
        small = beta * (1 - alpha_bar[t - 1]) / (1 - alpha_bar[t])
        x = np.sqrt(alpha_bar[t - 1]) * clean + np.sqrt(np.maximum(1 - alpha_bar[t - 1] - small, 0)) * eps
        x = x + np.sqrt(beta if variance == "beta" else small) * fresh[t]
    return x
