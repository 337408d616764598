"""Copies behind one another along the inputs, then a new shape: frames and inputs are mixed up."""
# symptom: every one of 2 frames should hold the same


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        return np.concatenate([w / depth] * depth, axis=1).reshape(*w.shape[:2], depth, *w.shape[2:])
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    if depth % 2 == 0:
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w
    return inflated
