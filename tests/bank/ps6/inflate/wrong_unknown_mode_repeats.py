"""Whatever is not centre is taken for repeat."""
# symptom: there is no such mode


def inflate(w, depth, mode="repeat"):
    if mode != "centre":
        return np.repeat(w[:, :, None], depth, axis=2) / depth
    if depth % 2 == 0:
        raise ValueError(f"{depth} frames have no middle")
    inflated = np.zeros((*w.shape[:2], depth, *w.shape[2:]))
    inflated[:, :, depth // 2] = w
    return inflated
