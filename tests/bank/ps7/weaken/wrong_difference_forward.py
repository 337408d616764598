"""The next frame less the frame itself, the last one 0."""
# symptom: the first frame has none before it


def weaken(clip, kind):
    clip = np.asarray(clip, float)
    C, T, H, W = clip.shape
    if kind == "half":
        return clip.reshape(C, T, H // 2, 2, W // 2, 2).mean(axis=(3, 5))
    if kind not in ("gray", "difference"):
        raise ValueError(f"kind must be 'gray', 'half' or 'difference', not {kind!r}")
    gray = np.tensordot([0.299, 0.587, 0.114], clip, 1)[None]
    return gray if kind == "gray" else np.diff(gray, axis=1, append=gray[:, -1:])
