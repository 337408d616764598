"""The first sample's step for the batch."""
# symptom: Each sample has its own step


def q_sample(x0, t, eps, alpha_bar):
    a = alpha_bar[t[0]]
    return np.sqrt(a) * x0 + np.sqrt(1 - a) * eps
