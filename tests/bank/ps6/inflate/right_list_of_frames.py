"""A list of frames, stacked."""


def inflate(w, depth, mode="repeat"):
    if mode == "repeat":
        frames = [w / depth for _ in range(depth)]
    elif mode == "centre":
        if depth / 2 == depth // 2:
            raise ValueError("there is no middle")
        frames = [w if 2 * t + 1 == depth else w * 0 for t in range(depth)]
    else:
        raise ValueError(f"{mode} is no mode")
    return np.stack(frames, axis=2)
