"""A table without a guard: Python's own error."""
# symptom: where a ValueError is meant


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    return {"x0": prediction, "eps": (xt - s * prediction) / a, "v": a * xt - s * prediction}[kind]
