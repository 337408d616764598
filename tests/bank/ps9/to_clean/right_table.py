"""A table of what each kind takes of x_t and of the prediction."""


def to_clean(prediction, xt, t, kind, alpha_bar):
    a, s = np.sqrt(alpha_bar[t]), np.sqrt(1 - alpha_bar[t])
    table = {"eps": (1 / a, -s / a), "x0": (0.0, 1.0), "v": (a, -s)}
    if kind not in table:
        raise ValueError(f"{kind} is none of {', '.join(table)}")
    of_xt, of_said = table[kind]
    return of_xt * xt + of_said * prediction
