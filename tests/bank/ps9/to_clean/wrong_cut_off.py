"""Cuts clean samples off at -1 and 1."""
# symptom: was cut off at -1 and 1


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    if kind == "x0":
        return prediction
    if kind == "eps":
        return np.clip((xt - s * prediction) / a, -1, 1)
    if kind == "v":
        return np.clip(a * xt - s * prediction, -1, 1)
    raise ValueError(f"kind must be 'eps', 'x0' or 'v', not {kind!r}")
