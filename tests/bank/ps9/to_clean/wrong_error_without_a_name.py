"""Refuses, and does not say what."""
# symptom: should name it


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    if kind == "x0":
        return prediction
    if kind == "eps":
        return (xt - s * prediction) / a
    if kind == "v":
        return a * xt - s * prediction
    raise ValueError("unknown kind")
