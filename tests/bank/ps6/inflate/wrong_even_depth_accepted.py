"""Mode centre takes an even depth and rounds."""
# symptom: a depth of 4 has no middle frame


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        return np.repeat(w[:, :, None], depth, axis=2) / depth
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w
    return inflated
