"""What is neither eps nor x0 is taken for v."""
# symptom: is none of the three: raise a ValueError


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    if kind == "x0":
        return prediction
    if kind == "eps":
        return (xt - s * prediction) / a
    return a * xt - s * prediction
