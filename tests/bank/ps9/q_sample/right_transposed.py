"""Turns the batch to the end, where numpy lines up by itself."""


def q_sample(x0, t, eps, alpha_bar):
    a = np.sqrt(alpha_bar[t])
    s = np.sqrt(1 - alpha_bar[t])
    return (a * x0.T + s * eps.T).T
