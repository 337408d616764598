"""match and case, frames one by one."""


def weaken(clip, kind):
    red, green, blue = np.asarray(clip, float)
    gray = 0.299 * red + 0.587 * green + 0.114 * blue
    match kind:
        case "gray":
            return [gray]
        case "difference":
            return np.stack([np.zeros_like(gray[0])] + [b - a for a, b in zip(gray[:-1], gray[1:])])[None]
        case "half":
            rows = [(c[:, 0::2] + c[:, 1::2]) / 2 for c in (red, green, blue)]
            return np.stack([(r[:, :, 0::2] + r[:, :, 1::2]) / 2 for r in rows])
        case other:
            raise ValueError(f"there is no {other!r}")
