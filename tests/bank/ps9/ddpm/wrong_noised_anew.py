"""Noises each clean sample anew to the step before."""
# symptom: x as it was is forgotten


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    for t in range(len(alpha_bar) - 1, 0, -1):
        now, before = alpha_bar[t], alpha_bar[t - 1]
        eps = network(x, t, weights)
        x0 = (x - np.sqrt(1 - now) * eps) / np.sqrt(now)
        mean = np.sqrt(before) * x0
        spread = 1 - before
        x = mean + np.sqrt(spread) * noise[t] if t > 1 else mean
    return x
