"""The filter in the first and in the last frame, half in each."""
# symptom: should hold the filter


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        return np.repeat(w[:, :, None], depth, axis=2) / depth
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    if depth % 2 == 0:
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, 0] += w / 2
    inflated[:, :, -1] += w / 2
    return inflated
