"""Sample by sample, sums and a count."""


def noise_loss(x0, t, eps, weights, alpha_bar):
    total = count = 0
    for clean, step, noise in zip(x0, t, eps):
        left = float(alpha_bar[step])
        xt = left**0.5 * clean + (1 - left) ** 0.5 * noise
        error = network(xt[None], int(step), weights)[0] - noise
        total, count = total + np.sum(error * error), count + np.size(error)
    return total / count
