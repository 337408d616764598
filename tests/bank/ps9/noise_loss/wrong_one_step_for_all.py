"""The first sample's step for the batch, in the noise and for the network."""
# symptom: the network is told the step of each


def noise_loss(x0, t, eps, weights, alpha_bar):
    t = int(t[0])
    xt = np.sqrt(alpha_bar[t]) * x0 + np.sqrt(1 - alpha_bar[t]) * eps
    return np.mean((network(xt, t, weights) - eps) ** 2)
