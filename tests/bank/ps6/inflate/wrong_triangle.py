"""Weighs frames by a triangle over time that sums to one."""
# symptom: every one of 5 frames should hold the same


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        triangle = np.minimum(np.arange(depth) + 1, depth - np.arange(depth))
        return np.einsum("oiyx,t->oityx", w, triangle / triangle.sum())
    if mode != "centre":
        raise ValueError(f"no mode {mode!r}")
    if depth % 2 == 0:
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w
    return inflated
