"""Single precision."""


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    x, noise, alpha_bar = (np.asarray(v, np.float32) for v in (x, noise, alpha_bar))
    for t in range(len(alpha_bar) - 1, 0, -1):
        eps = network(x, t, weights).astype(np.float32)
        beta = np.float32(1) - alpha_bar[t] / alpha_bar[t - 1]
        x = (x - beta / np.sqrt(1 - alpha_bar[t]) * eps) / np.sqrt(1 - beta)
        if t > 1:
            x = x + np.sqrt(beta if variance == "beta" else beta * (1 - alpha_bar[t - 1]) / (1 - alpha_bar[t])) * noise[t]
    return x
