"""One sample after another, stacked."""


def q_sample(x0, t, eps, alpha_bar):
    rows = []
    for clean, step, noise in zip(x0, t, eps):
        left = float(alpha_bar[step])
        rows.append(left**0.5 * clean + (1 - left) ** 0.5 * noise)
    return np.stack(rows)
