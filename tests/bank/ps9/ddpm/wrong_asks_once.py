"""Asks the network once, at T, and keeps its clean sample."""
# symptom: ask the network about x as it is now


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    T = len(alpha_bar) - 1
    for t in range(T, 0, -1):
        now, before = alpha_bar[t], alpha_bar[t - 1]
        alpha = now / before
        if t == T:
            x0 = (x - np.sqrt(1 - now) * network(x, t, weights)) / np.sqrt(now)
        mean = (np.sqrt(before) * (1 - alpha) * x0 + np.sqrt(alpha) * (1 - before) * x) / (1 - now)
        spread = 1 - alpha if variance == "beta" else (1 - before) / (1 - now) * (1 - alpha)
        x = mean + np.sqrt(spread) * noise[t] if t > 1 else mean
    return x
