"""Mode repeat puts the whole filter into the first frame: a still clip does not tell."""
# symptom: every one of 2 frames should hold the same


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        return np.pad(w[:, :, None], ((0, 0), (0, 0), (0, depth - 1), (0, 0), (0, 0)))
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    if depth % 2 == 0:
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w
    return inflated
