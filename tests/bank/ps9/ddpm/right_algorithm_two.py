"""As the paper prints it: the noise is subtracted, no clean sample is formed."""


def ddpm(x, noise, weights, alpha_bar, variance="posterior"):
    betas = np.append(0.0, 1 - alpha_bar[1:] / alpha_bar[:-1])
    for t in reversed(range(1, len(betas))):
        z = noise[t] if t > 1 else 0.0
        x = (x - betas[t] / np.sqrt(1 - alpha_bar[t]) * network(x, t, weights)) / np.sqrt(1 - betas[t])
        if variance == "posterior":
            z = z * np.sqrt((1 - alpha_bar[t - 1]) / (1 - alpha_bar[t]))
        x = x + np.sqrt(betas[t]) * z
    return x
