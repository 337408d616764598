"""alpha_bar of the step before without its root, in the mean."""
# symptom: stands in the mean without its root


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    for t in range(len(alpha_bar) - 1, 0, -1):
        now, before = alpha_bar[t], alpha_bar[t - 1]
        alpha = now / before
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        mean = (before * (1 - alpha) * x0 + np.sqrt(alpha) * (1 - before) * x) / (1 - now)
        spread = 1 - alpha if variance == "beta" else (1 - before) / (1 - now) * (1 - alpha)
        x = mean + np.sqrt(spread) * noise[t] if t > 1 else mean
    return x
