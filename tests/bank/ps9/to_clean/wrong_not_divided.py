"""Takes the noise away and does not scale back."""
# symptom: divide by the root of alpha_bar


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    if kind == "x0":
        return prediction
    if kind == "eps":
        return xt - s * prediction
    if kind == "v":
        return a * xt - s * prediction
    raise ValueError(f"kind must be 'eps', 'x0' or 'v', not {kind!r}")
