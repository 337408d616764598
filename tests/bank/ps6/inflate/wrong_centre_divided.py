"""Divides by the depth in mode centre too."""
# symptom: 0.33 times as strongly


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        return np.repeat(w[:, :, None], depth, axis=2) / depth
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    if depth % 2 == 0:
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w / depth
    return inflated
