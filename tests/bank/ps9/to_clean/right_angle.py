"""Signal and noise as two sides of a right-angled triangle."""


def to_clean(prediction, xt, t, kind, alpha_bar):
    angle = np.arccos(np.sqrt(alpha_bar[t]))
    match kind:
        case "x0":
            return prediction.copy()
        case "eps":
            return xt / np.cos(angle) - np.tan(angle) * prediction
        case "v":
            return np.cos(angle) * xt - np.sin(angle) * prediction
        case _:
            raise ValueError(kind)
