"""Everything becomes noise first, and that a sample."""


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = alpha_bar[t] ** 0.5, (1 - alpha_bar[t]) ** 0.5
    if kind == "x0":
        return prediction
    if kind == "eps":
        eps = prediction
    elif kind == "v":
        eps = s * xt + a * prediction
    else:
        raise ValueError("unknown kind of prediction: " + kind)
    return xt / a - s / a * eps
