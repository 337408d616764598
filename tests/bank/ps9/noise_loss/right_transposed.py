"""The batch at the end; a scalar product."""


def noise_loss(x0, t, eps, weights, alpha_bar):
    xt = (np.sqrt(alpha_bar[t]) * x0.T + np.sqrt(1 - alpha_bar[t]) * eps.T).T
    error = (network(xt, t, weights) - eps).ravel()
    return float(error @ error) / len(error)
