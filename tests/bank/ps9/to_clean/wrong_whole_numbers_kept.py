"""Fills an array of the type of x_t."""
# symptom: the answer is floats all the same


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    clean = np.empty_like(xt)
    if kind == "x0":
        clean[...] = prediction
    elif kind == "eps":
        clean[...] = (xt - s * prediction) / a
    elif kind == "v":
        clean[...] = a * xt - s * prediction
    else:
        raise ValueError(kind)
    return clean
