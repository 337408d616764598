"""Divides where a² + s² is 1 already."""
# symptom: a² + s² = 1 is left


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    if kind == "x0":
        return prediction
    if kind == "eps":
        return (xt - s * prediction) / a
    if kind == "v":
        return (a * xt - s * prediction) / a
    raise ValueError(f"kind must be 'eps', 'x0' or 'v', not {kind!r}")
