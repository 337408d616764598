"""alpha_bar of the step before."""
# symptom: Which root stands with x_t


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t - 1]), np.sqrt(1 - alpha_bar[t - 1])
    if kind == "x0":
        return prediction
    if kind == "eps":
        return (xt - s * prediction) / a
    if kind == "v":
        return a * xt - s * prediction
    raise ValueError(f"kind must be 'eps', 'x0' or 'v', not {kind!r}")
