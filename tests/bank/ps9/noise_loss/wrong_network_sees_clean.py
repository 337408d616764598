"""Shows the network the clean samples."""
# symptom: is the network asked about x_t


def noise_loss(x0, t, eps, weights, alpha_bar):
    return np.mean((network(x0, t, weights) - eps) ** 2)
