"""The noise that v amounts to."""
# symptom: Which root stands with x_t


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    if kind == "x0":
        return prediction
    if kind == "eps":
        return (xt - s * prediction) / a
    if kind == "v":
        return s * xt + a * prediction
    raise ValueError(f"kind must be 'eps', 'x0' or 'v', not {kind!r}")
