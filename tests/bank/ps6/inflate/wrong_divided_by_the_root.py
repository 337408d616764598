"""Divides by the root of the depth, as if frames were noise."""
# symptom: times as strongly to a still clip


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        return np.repeat(w[:, :, None], depth, axis=2) / np.sqrt(depth)
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    if depth % 2 == 0:
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w
    return inflated
