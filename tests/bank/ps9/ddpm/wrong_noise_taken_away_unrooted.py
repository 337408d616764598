"""Algorithm 2 with 1 - alpha_bar not under its root."""
# symptom: where 2 and 0 are meant


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    for t in range(len(alpha_bar) - 1, 0, -1):
        beta = 1 - alpha_bar[t] / alpha_bar[t - 1]
        x = (x - beta / (1 - alpha_bar[t]) * network(x, t, weights)) / np.sqrt(1 - beta)
        spread = beta if variance == "beta" else beta * (1 - alpha_bar[t - 1]) / (1 - alpha_bar[t])
        x = x + np.sqrt(spread) * noise[t] if t > 1 else x
    return x
